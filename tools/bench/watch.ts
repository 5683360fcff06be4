import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import type { ClientRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { ensurePki } from '@skiff/pki';
import { startApiServer } from './support/api-server';
import { adminCalls, type Call } from './support/http';
import { print, quantile, rounded } from './support/figure';

const watcherCount = 100;
/** Writes a second. */
const rates = [100, 300];
/** How long the writer writes at each rate. */
const writingSeconds = 5;
/** How long late events are waited for. */
const graceMilliseconds = 10_000;

interface Target {
  readonly url: string;
  readonly pki: string;
  readonly token: string;
  readonly call: Call;
}

/** Opens a watch with a connection of its own; resolves once the server has answered. */
function openWatch(server: Target, path: string, sawName: (name: string) => void): Promise<ClientRequest> {
  const agent = new Agent({ ca: readFileSync(join(server.pki, 'ca.crt')) });
  const headers = { authorization: `Bearer ${server.token}` };
  return new Promise((resolve, reject) => {
    const call = request(`${server.url}${path}`, { agent, headers }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`watch: ${response.statusCode}`));
      let pending = '';
      response.setEncoding('latin1').on('data', (part: string) => {
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

async function fanOut(server: Target, name: string, rate: number): Promise<void> {
  const namespace = `watch-${rate}`;
  const path = `/api/v1/namespaces/${namespace}/configmaps`;
  const { body } = await server.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  const { metadata } = JSON.parse(body) as { metadata: { resourceVersion?: string } };
  const started = new Map<string, number>();
  const delays: number[] = [];
  const saw = (name: string): void => void delays.push(performance.now() - (started.get(name) ?? Number.NaN));
  const watch = `${path}?watch=1&resourceVersion=${metadata.resourceVersion ?? '0'}`;
  const watches = await Promise.all(Array.from({ length: watcherCount }, () => openWatch(server, watch, saw)));

  const total = rate * writingSeconds;
  const writes: Promise<number>[] = [];
  const began = performance.now();
  for (let index = 0; index < total; index += 1) {
    const wait = began + (index * 1000) / rate - performance.now();
    if (wait > 0) await sleep(wait);
    const created = `w-${index}`;
    started.set(created, performance.now());
    writes.push(
      server
        .call('POST', path, { metadata: { name: created }, data: { k: 'x'.repeat(512) } })
        .then(({ status }) => status),
    );
  }
  const failed = (await Promise.all(writes)).filter((status) => status !== 201).length;
  const deadline = performance.now() + graceMilliseconds;
  while (delays.length < total * watcherCount && performance.now() < deadline) await sleep(50);
  for (const each of watches) each.destroy();

  delays.sort((left, right) => left - right);
  print({
    section: 'watch',
    work: `${watcherCount} watchers, ${rate}/s, p99 (${name})`,
    value: rounded(quantile(delays, 0.99)),
    unit: 'ms',
    p50Milliseconds: rounded(quantile(delays, 0.5)),
    missing: total * watcherCount - delays.length,
    failed,
  });
}

/** The same load on a server that does next to nothing. */
async function measureReference(): Promise<void> {
  const pki = mkdtempSync(join(tmpdir(), 'skiff-bench-'));
  await ensurePki(pki, { clusterName: 'reference', nodes: [], addresses: [] }, Date.now());
  const child = fork(join(__dirname, 'support/watch-reference.js'), [pki]);
  const [port] = (await once(child, 'message')) as [number];
  const server = { url: `https://127.0.0.1:${port}`, pki, token: '', call: adminCalls(pki, port) };
  for (const rate of rates) await fanOut(server, 'reference', rate);
  child.kill();
  rmSync(pki, { recursive: true });
}

async function main(): Promise<void> {
  const chosen = (['embedded', 'etcd'] as const).filter((store) => process.argv.includes(store));
  await measureReference();
  for (const store of chosen.length > 0 ? chosen : (['embedded', 'etcd'] as const)) {
    const server = await startApiServer({ store });
    try {
      for (const rate of rates) await fanOut(server, store, rate);
    } finally {
      await server.stop();
    }
  }
}

void main();
