import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster, type BenchCluster } from './support/cluster';
import { quantile, rounded } from './support/figure';
import { memoryOf } from './support/memory';

const restSeconds = Number(process.argv[2] ?? '30');
const rounds = 3;

/** Each service with what it logs once it does its work. */
const services: readonly (readonly [app: string, process: string, working: string])[] = [
  ['api-server', 'api-server', 'listening'],
  ['scheduler', 'scheduler', 'scheduling'],
  ['controller-manager', 'controller-manager', 'leading'],
  ['kubelet', 'kubelet-bench-node-1', 'registered the node'],
  ['proxy', 'proxy-bench-node-1', 'routing services'],
  ['dns', 'dns-bench-node-1', 'serving'],
  ['traces', 'traces', 'listening'],
];

/** Ends a service and starts it again, with all others running; from then until it works, in milliseconds. */
async function restart(cluster: BenchCluster, service: string, working: string): Promise<number> {
  await cluster.skiff('stop', service);
  const before = cluster.log(service).length;
  const began = Date.now();
  await cluster.skiff('start', service);
  for (;;) {
    for (const line of cluster.log(service).slice(before).split('\n')) {
      if (!line.startsWith('{')) continue;
      const { time, msg } = JSON.parse(line) as { time: string; msg: string };
      if (msg === working) return Date.parse(time) - began;
    }
    await sleep(20);
  }
}

/** The code that a service runs, compiled and as text, in megabytes. */
function bundleMegabytes(app: string): number {
  const size = (file: string): number => statSync(join(__dirname, '../apps', app, file)).size;
  return rounded((size('main.service.js') + size('main.service.code')) / 1e6);
}

async function main(): Promise<void> {
  const cluster = await startCluster({ nodes: 1, store: 'embedded' });
  try {
    await sleep(restSeconds * 1000);
    const rows = services.map(([app, name]) => {
      const { resident, proportional } = memoryOf(cluster.processes().get(name) ?? 0);
      return [app, bundleMegabytes(app), rounded(resident), rounded(proportional)] as const;
    });
    console.log(
      '| service | code, MB | from its start until it works, s | memory at rest, MiB | its share of it (PSS), MiB |',
    );
    console.log('| --- | ---: | ---: | ---: | ---: |');
    for (const [index, [app, code, resident, proportional]] of rows.entries()) {
      const [, name = '', working = ''] = services[index] ?? [];
      const times: number[] = [];
      for (let round = 0; round < rounds; round += 1) times.push(await restart(cluster, name, working));
      const seconds = (
        quantile(
          times.toSorted((a, b) => a - b),
          0.5,
        ) / 1000
      ).toFixed(2);
      console.log(`| ${app} | ${code} | ${seconds} | ${resident} | ${proportional} |`);
    }
  } finally {
    await cluster.stop();
  }
}

void main();
