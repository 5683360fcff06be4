import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApiServer, type BenchServer } from './support/api-server';
import { print, rounded } from './support/figure';
import { processorMicroseconds } from './support/processor';
import { wrk, type LoadResult } from './support/wrk';

const seconds = Number(process.argv[2] ?? '1');
const rounds = 6;
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

interface Work {
  readonly requests: number;
  readonly perSecond: number;
  /** Of the API server's processor time, all its threads together, in microseconds. */
  readonly microseconds: number;
}

async function measure(server: BenchServer, load: (server: BenchServer) => Promise<LoadResult>): Promise<Work> {
  const before = processorMicroseconds(server.pid);
  const { requests, perSecond } = await load(server);
  return { requests, perSecond, microseconds: processorMicroseconds(server.pid) - before };
}

/**
 * What tracing adds to a request, in percent of its processor time: how many requests a second
 * get through depends on what else the machine does, by more than tracing costs.
 */
async function overhead(
  work: string,
  servers: { readonly off: BenchServer; readonly on: BenchServer },
  load: (server: BenchServer) => Promise<LoadResult>,
): Promise<void> {
  // Compiles what runs, and uses up what may be traced at once.
  for (const server of [servers.off, servers.on]) await load(server);
  const done: { off: Work[]; on: Work[] } = { off: [], on: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const which of ['off', 'on', 'on', 'off'] as const) done[which].push(await measure(servers[which], load));
  const sum = (works: Work[], of: keyof Work): number => works.reduce((total, each) => total + each[of], 0);
  const cost = (works: Work[]): number => sum(works, 'microseconds') / sum(works, 'requests');
  print({
    section: 'tracing',
    work,
    value: rounded((cost(done.on) / cost(done.off) - 1) * 100),
    unit: '%',
    microsecondsWithout: rounded(cost(done.off)),
    microsecondsWith: rounded(cost(done.on)),
    requestsPerSecondWithout: Math.round(sum(done.off, 'perSecond') / done.off.length),
    requestsPerSecondWith: Math.round(sum(done.on, 'perSecond') / done.on.length),
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
    const get = ({ url, token }: BenchServer): Promise<LoadResult> => wrk({ url: `${url}${pods}/one`, token, seconds });
    const create = ({ url, token }: BenchServer): Promise<LoadResult> =>
      wrk({ url: `${url}${pods}`, token, seconds, script });
    await overhead('what tracing adds to a read', { off, on }, get);
    await overhead('what tracing adds to a creation', { off, on }, create);
  } finally {
    await Promise.all([off.stop(), on.stop()]);
    traces.kill();
    rmSync(scripts, { recursive: true });
  }
}

void main();
