import { setTimeout as sleep } from 'node:timers/promises';
import { startApiServer, type BenchServer } from './support/api-server';
import { print, rounded } from './support/figure';
import { memoryOf } from './support/memory';
import { openWatches } from './support/idle-watches';

type Store = 'embedded' | 'etcd';

const namespace = '/api/v1/namespaces/growth';
const atOnce = 8;
/** As long as the server may take to give back what it does not need any more. */
const restSeconds = 30;

interface Load {
  readonly work: string;
  run(server: BenchServer): Promise<void>;
}

const loads: readonly Load[] = [
  { work: '300 updates of a 1 MB object', run: (server) => updates(server, 300, 1_000_000) },
  { work: '700 updates of a 100 kB object', run: (server) => updates(server, 700, 100_000) },
  {
    work: '2,000 ConfigMaps and 200 Deployments made and deleted, twice',
    async run(server) {
      for (let round = 0; round < 2; round += 1) {
        await churn(server, `${namespace}/configmaps`, 2000, configMap);
        await churn(server, '/apis/apps/v1/namespaces/growth/deployments', 200, deployment);
      }
    },
  },
  { work: '2,000 idle and 100 slow watchers', run: watchers },
];

async function main(): Promise<void> {
  const named = process.argv.slice(2) as Store[];
  for (const store of named.length > 0 ? named : (['embedded', 'etcd'] as const)) await measure(store);
}

async function measure(store: Store): Promise<void> {
  const server = await startApiServer({ store });
  try {
    await must(server, 'POST', '/api/v1/namespaces', { metadata: { name: 'growth' } });
    await must(server, 'POST', `${namespace}/serviceaccounts`, { metadata: { name: 'default' } });
    await churn(server, `${namespace}/configmaps`, 100, configMap);
    await sleep(restSeconds * 1000);
    const before = memoryOf(server.pid);
    for (const load of loads) {
      const peak = await peakWhile(server.pid, () => load.run(server));
      await sleep(restSeconds * 1000);
      const after = memoryOf(server.pid);
      print({
        section: 'growth',
        work: `${load.work} (${store})`,
        value: rounded(after.resident - before.resident),
        unit: 'MiB more',
        beforeMiB: rounded(before.resident),
        peakMiB: rounded(peak),
        // Pages of the store's file and of programs, which the system takes back when it needs them.
        fromFilesMiB: rounded(after.fromFiles - before.fromFiles),
      });
    }
  } finally {
    await server.stop();
  }
}

/** The most that a process held in memory while something ran, in MiB. */
async function peakWhile(pid: number, run: () => Promise<void>): Promise<number> {
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, memoryOf(pid).resident)), 250);
  try {
    await run();
  } finally {
    clearInterval(timer);
  }
  return peak;
}

async function must(server: BenchServer, method: string, path: string, body?: unknown): Promise<void> {
  const answer = await server.call(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.slice(0, 300)}`);
}

async function updates(server: BenchServer, count: number, bytes: number): Promise<void> {
  const name = `large-${bytes}`;
  const object = (round: number): object => ({ metadata: { name }, data: { text: `${round} `.padEnd(bytes, 'x') } });
  await must(server, 'POST', `${namespace}/configmaps`, object(0));
  for (let round = 1; round <= count; round += 1)
    await must(server, 'PUT', `${namespace}/configmaps/${name}`, object(round));
  await must(server, 'DELETE', `${namespace}/configmaps/${name}`);
}

async function churn(server: BenchServer, path: string, count: number, make: (name: string) => object): Promise<void> {
  await each(count, (index) => must(server, 'POST', path, make(`churn-${index}`)));
  await each(count, (index) => must(server, 'DELETE', `${path}/churn-${index}`));
}

async function each(count: number, run: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await run(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const configMap = (name: string): object => ({ metadata: { name }, data: { key: 'value '.repeat(40) } });

function deployment(name: string): object {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'registry.example/main:1' }] } };
  return { metadata: { name, labels }, spec: { replicas: 0, selector: { matchLabels: labels }, template } };
}

/** Watchers that read, and watchers that take nothing while 2,000 changes of 20 kB are made for them. */
async function watchers(server: BenchServer): Promise<void> {
  const path = `${namespace}/configmaps`;
  const idle = await openWatches(server, `${namespace}/services?watch=1`, 2000, 'reading');
  const slow = await openWatches(server, `${path}?watch=1`, 100, 'stalled');
  await must(server, 'POST', path, { metadata: { name: 'watched' } });
  await each(2000, (index) =>
    must(server, 'PUT', `${path}/watched`, {
      metadata: { name: 'watched' },
      data: { text: `${index} `.padEnd(20_000, 'x') },
    }),
  );
  await must(server, 'DELETE', `${path}/watched`);
  idle.close();
  slow.close();
}

void main();
