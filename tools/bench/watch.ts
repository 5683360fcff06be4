import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { ClientRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApiServer, type BenchServer } from './support/api-server';
import { print, quantile, rounded } from './support/figure';

const watcherCount = 100;
/** How long the writer writes at each rate. */
const writingSeconds = 5;
/** How long late events are waited for. */
const graceMilliseconds = 10_000;

/** Opens a watch with a connection of its own; resolves once the server has answered. */
function openWatch(server: BenchServer, path: string, sawName: (name: string) => void): Promise<ClientRequest> {
  const agent = new Agent({ ca: readFileSync(join(server.pki, 'ca.crt')) });
  const headers = { authorization: `Bearer ${server.token}` };
  return new Promise((resolve, reject) => {
    const call = request(`${server.url}${path}`, { agent, headers }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`watch: ${response.statusCode}`));
      let pending = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        const lines = (pending + part).split('\n');
        pending = lines.pop() ?? '';
        for (const line of lines) {
          const name = /"name":"(w-\d+)"/.exec(line)?.[1];
          if (name !== undefined) sawName(name);
        }
      });
      // Ended by the client below.
      response.on('error', () => undefined);
      resolve(call);
    });
    call.on('error', reject);
    call.end();
  });
}

async function fanOut(server: BenchServer, store: string, rate: number): Promise<void> {
  const namespace = `watch-${rate}`;
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  await server.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  const { metadata } = JSON.parse((await server.call('GET', path)).body) as { metadata: { resourceVersion: string } };
  const started = new Map<string, number>();
  const delays: number[] = [];
  const saw = (name: string): void => void delays.push(performance.now() - (started.get(name) ?? Number.NaN));
  const watch = `${path}?watch=1&resourceVersion=${metadata.resourceVersion}`;
  const watches = await Promise.all(Array.from({ length: watcherCount }, () => openWatch(server, watch, saw)));

  const total = rate * writingSeconds;
  const writes: Promise<number>[] = [];
  const began = performance.now();
  for (let index = 0; index < total; index += 1) {
    const wait = began + (index * 1000) / rate - performance.now();
    if (wait > 0) await sleep(wait);
    const name = `w-${index}`;
    started.set(name, performance.now());
    writes.push(
      server.call('POST', path, { metadata: { name }, data: { k: 'x'.repeat(512) } }).then(({ status }) => status),
    );
  }
  const failed = (await Promise.all(writes)).filter((status) => status !== 201).length;
  const deadline = performance.now() + graceMilliseconds;
  while (delays.length < total * watcherCount && performance.now() < deadline) await sleep(50);
  for (const each of watches) each.destroy();

  delays.sort((left, right) => left - right);
  print({
    section: 'watch',
    work: `${watcherCount} watchers, ${rate}/s, p99 (${store})`,
    value: rounded(quantile(delays, 0.99)),
    unit: 'ms',
    p50Milliseconds: rounded(quantile(delays, 0.5)),
    missing: total * watcherCount - delays.length,
    failed,
  });
}

async function main(): Promise<void> {
  const chosen = (['embedded', 'etcd'] as const).filter((store) => process.argv.includes(store));
  for (const store of chosen.length > 0 ? chosen : (['embedded', 'etcd'] as const)) {
    const server = await startApiServer({ store });
    try {
      for (const rate of [100, 300]) await fanOut(server, store, rate);
    } finally {
      await server.stop();
    }
  }
}

void main();
