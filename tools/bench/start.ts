import { spawnSync } from 'node:child_process';
import { startApiServer } from './support/api-server';
import { startCluster } from './support/cluster';
import { inSeconds, print, quantile } from './support/figure';

const rounds = Number(process.argv[2] ?? '3');

/** The median of some rounds, and all of them. */
async function median(work: string, measure: () => Promise<number>): Promise<void> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round += 1) values.push(await measure());
  const sorted = values.toSorted((left, right) => left - right);
  print({
    section: 'start',
    work,
    value: inSeconds(quantile(sorted, 0.5)),
    unit: 's',
    all: values.map(inSeconds),
  });
}

async function apiServer(store: 'embedded' | 'etcd'): Promise<number> {
  const server = await startApiServer({ store });
  await server.stop();
  return server.startMilliseconds;
}

async function cluster(store: 'embedded' | 'etcd'): Promise<number> {
  const started = await startCluster({ nodes: 2, store });
  await started.stop();
  return started.startMilliseconds;
}

/** Node.js that does nothing: what no service can start faster than, and what machines can be compared by. */
function bare(): Promise<number> {
  const began = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return Promise.resolve(performance.now() - began);
}

async function main(): Promise<void> {
  await median('reference: empty Node.js process', bare);
  for (const store of ['embedded', 'etcd'] as const)
    await median(`API server to ready (${store})`, () => apiServer(store));
  for (const store of ['embedded', 'etcd'] as const)
    await median(`cluster of 2 nodes to Ready (${store})`, () => cluster(store));
}

void main();
