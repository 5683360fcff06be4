import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApiServer, type BenchServer } from './support/api-server';
import { print, quantile, rounded } from './support/figure';
import { wrk } from './support/wrk';

const seconds = Number(process.argv[2] ?? '3');
const rounds = 7;
const tracesPort = 4390;
const pods = '/api/v1/namespaces/load/pods';
const pod = {
  metadata: { generateName: 'p-' },
  spec: { containers: [{ name: 'c', image: 'registry.k8s.io/pause:3.9' }] },
};

async function seed({ call }: BenchServer): Promise<void> {
  await call('POST', '/api/v1/namespaces', { metadata: { name: 'load' } });
  await call('POST', '/api/v1/namespaces/load/serviceaccounts', { metadata: { name: 'default' } });
  await call('POST', pods, { ...pod, metadata: { name: 'one' } });
}

/** What tracing takes off, in percent: the median over pairs of rounds, so that the machine's moods are those of both. */
async function overhead(
  work: string,
  off: BenchServer,
  on: BenchServer,
  load: (server: BenchServer) => Promise<number>,
): Promise<void> {
  const pairs: { off: number; on: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Who is first changes, too.
    const order = round % 2 === 0 ? [off, on] : [on, off];
    const [first, second] = [await load(order[0] as BenchServer), await load(order[1] as BenchServer)];
    pairs.push(round % 2 === 0 ? { off: first, on: second } : { off: second, on: first });
  }
  const costs = pairs.map((pair) => (1 - pair.on / pair.off) * 100).toSorted((a, b) => a - b);
  const median = (values: number[]): number =>
    Math.round(
      quantile(
        values.toSorted((a, b) => a - b),
        0.5,
      ),
    );
  print({
    section: 'tracing',
    work,
    value: rounded(quantile(costs, 0.5)),
    unit: '%',
    requestsPerSecondWithout: median(pairs.map((pair) => pair.off)),
    requestsPerSecondWith: median(pairs.map((pair) => pair.on)),
  });
}

async function main(): Promise<void> {
  const scripts = mkdtempSync(join(tmpdir(), 'skiff-bench-'));
  const traces = spawn(
    process.execPath,
    [join(__dirname, '../apps/traces/main.js'), '--listen', `127.0.0.1:${tracesPort}`, '--log-level', 'error'],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  await once(traces, 'spawn');
  const off = await startApiServer({ store: 'embedded' });
  const on = await startApiServer({ store: 'embedded', flags: ['--otlp-endpoint', `http://127.0.0.1:${tracesPort}`] });
  try {
    for (const server of [off, on]) await seed(server);
    const script = join(scripts, 'create.lua');
    const body = JSON.stringify(pod);
    writeFileSync(
      script,
      `wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = '${body}'\n`,
    );
    const get = async ({ url, token }: BenchServer): Promise<number> =>
      (await wrk({ url: `${url}${pods}/one`, token, seconds })).perSecond;
    const create = async ({ url, token }: BenchServer): Promise<number> =>
      (await wrk({ url: `${url}${pods}`, token, seconds, script })).perSecond;
    await overhead('what tracing takes off reads', off, on, get);
    await overhead('what tracing takes off creations', off, on, create);
  } finally {
    await Promise.all([off.stop(), on.stop()]);
    traces.kill();
    rmSync(scripts, { recursive: true });
  }
}

void main();
