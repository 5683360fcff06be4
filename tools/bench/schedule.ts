/**
 * Scheduling end to end: pods created by many gRPC clients, placed by the built scheduler
 * through the built API server, until the last one is bound.
 * usage: node tools/bench/schedule.mjs [embedded|etcd] [--nodes N] [--placed N] [--pods N] [--writers N] [--only plain|anti-affinity] [--profile folder]
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GrpcClient } from '@skiff/client-grpc';
import { Kinds, type corev1 } from '@skiff/contracts';
import { channelCredentials } from '@skiff/platform';
import { processorSeconds, startApiServer, type BenchServer } from './support/api-server';
import { print } from './support/figure';

const option = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
};
const store = process.argv[2] === 'etcd' ? 'etcd' : 'embedded';
const nodes = Number(option('nodes', '5000'));
const placed = Number(option('placed', '1000'));
const pods = Number(option('pods', '3000'));
const writers = Number(option('writers', '64'));
const only = option('only', '');
const profile = option('profile', '');
const namespace = 'load';

function node(index: number): corev1.Node {
  const resources = { cpu: '4', memory: '32Gi', pods: '110' };
  const name = `n${index}`;
  const labels = { 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `z${index % 3}` };
  const condition = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' };
  return {
    metadata: { name, labels },
    status: { allocatable: resources, capacity: resources, conditions: [condition] },
  };
}

function pod(group: string, index: number, antiAffinity: boolean, nodeName?: string): corev1.Pod {
  // As upstream's test: each group keeps apart from itself.
  const labels = { app: group, color: antiAffinity ? 'green' : 'none' };
  const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels } };
  return {
    metadata: { name: `${group}-${index}`, namespace, labels },
    spec: {
      containers: [
        { name: 'c', image: 'registry.k8s.io/pause:3.10', resources: { requests: { cpu: '100m', memory: '200Mi' } } },
      ],
      ...(nodeName ? { nodeName } : {}),
      ...(antiAffinity
        ? { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } }
        : {}),
    },
  };
}

const tlsOf = ({ pki }: BenchServer, name: string): { caFile: string; certFile: string; keyFile: string } => ({
  caFile: join(pki, 'ca.crt'),
  certFile: join(pki, `${name}.crt`),
  keyFile: join(pki, `${name}.key`),
});

function connect(server: BenchServer): GrpcClient {
  return new GrpcClient({
    target: `127.0.0.1:${server.port}`,
    credentials: channelCredentials(tlsOf(server, 'admin')),
    userAgent: 'bench',
  });
}

function startScheduler(server: BenchServer): ChildProcess {
  const { caFile, certFile, keyFile } = tlsOf(server, 'scheduler');
  return spawn(
    process.execPath,
    [
      ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`, '--cpu-prof-name=scheduler.cpuprofile'] : []),
      join(__dirname, '../apps/scheduler/main.js'),
      ...['--api-server', `127.0.0.1:${server.port}`, '--ca-file', caFile],
      ...['--cert-file', certFile, '--key-file', keyFile, '--leader-elect=false', '--log-level', 'warn'],
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
}

const progress = (text: string): boolean => process.stderr.write(`  ${text}\n`);

/** Does something for each index, so many at a time. */
async function each(count: number, atOnce: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Follows pods and knows when each was bound. */
class Bindings {
  readonly boundAt = new Map<string, number>();
  private target = 0;
  private reached: () => void = () => undefined;

  constructor(
    private readonly client: GrpcClient,
    private readonly signal: AbortSignal,
  ) {}

  async follow(): Promise<void> {
    const { metadata } = await this.client.list<corev1.Pod>(Kinds.Pod, { namespace, limit: 1 });
    const options = { namespace, resourceVersion: metadata.resourceVersion ?? '', signal: this.signal };
    for await (const event of this.client.watch<corev1.Pod>(Kinds.Pod, options)) {
      if (event.type === 'BOOKMARK' || !event.object.spec?.nodeName) continue;
      const name = event.object.metadata?.name ?? '';
      if (!this.boundAt.has(name)) this.boundAt.set(name, performance.now());
      if (this.boundAt.size >= this.target) this.reached();
    }
  }

  until(count: number): Promise<void> {
    this.target = count;
    if (this.boundAt.size >= count) return Promise.resolve();
    return new Promise((resolve) => (this.reached = resolve));
  }
}

async function measure(antiAffinity: boolean): Promise<void> {
  if (profile) mkdirSync(profile, { recursive: true });
  const nodeFlags = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`, '--cpu-prof-name=api-server.cpuprofile'] : [];
  const server = await startApiServer({ store, nodeFlags });
  const clients = Array.from({ length: 4 }, () => connect(server));
  const client = (index: number): GrpcClient => clients[index % clients.length] as GrpcClient;
  const stop = new AbortController();
  let scheduler: ChildProcess | undefined;
  try {
    await server.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
    await server.call('POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } });
    await each(nodes, writers, async (index) => {
      const made = await client(index).create(Kinds.Node, node(index));
      // New nodes are tainted until the node lifecycle controller, which is not there, has seen them Ready.
      await client(index).update(Kinds.Node, { ...made, spec: { ...made.spec, taints: [] } });
    });
    progress(`${nodes} nodes`);
    await each(placed, writers, (index) =>
      client(index).create(Kinds.Pod, pod('placed', index, antiAffinity, `n${(index * 7) % nodes}`)),
    );
    progress(`${placed} pods placed`);
    scheduler = startScheduler(server);
    const bindings = new Bindings(client(0), stop.signal);
    void bindings.follow();
    // The first pods show that the scheduler has its lists.
    await each(20, 1, (index) => client(index).create(Kinds.Pod, pod('warm', index, antiAffinity)));
    await bindings.until(20);
    progress('the scheduler places pods');
    const before = { scheduler: processorSeconds(scheduler.pid ?? 0), server: processorSeconds(server.pid) };
    const createdAt = new Map<string, number>();
    const began = performance.now();
    const creating = each(pods, writers, async (index) => {
      const object = pod('load', index, antiAffinity);
      createdAt.set(object.metadata?.name ?? '', performance.now());
      await client(index).create(Kinds.Pod, object);
    }).then(() => performance.now());
    await bindings.until(20 + pods);
    const seconds = (performance.now() - began) / 1_000;
    const created = ((await creating) - began) / 1_000;
    const latencies = [...createdAt]
      .map(([name, at]) => (bindings.boundAt.get(name) ?? NaN) - at)
      .sort((a, b) => a - b);
    const quantile = (share: number): number => Math.round(latencies[Math.floor(latencies.length * share)] ?? NaN);
    const perPod = (now: number, then: number): number => Math.round(((now - then) / pods) * 1e6);
    print({
      section: 'schedule',
      work: `${placed.toLocaleString('en')} pods${antiAffinity ? ' with anti-affinity' : ''} onto ${nodes.toLocaleString('en')} nodes`,
      value: Math.round(pods / seconds),
      unit: 'pods/s',
      ...{ store, pods },
      createsPerSecond: Math.round(pods / created),
      p50Milliseconds: quantile(0.5),
      p99Milliseconds: quantile(0.99),
      schedulerMicrosPerPod: perPod(processorSeconds(scheduler.pid ?? 0), before.scheduler),
      apiServerMicrosPerPod: perPod(processorSeconds(server.pid), before.server),
    });
  } finally {
    stop.abort(new Error('measured'));
    if (scheduler) {
      const gone = once(scheduler, 'exit');
      scheduler.kill('SIGTERM');
      await gone;
    }
    for (const each of clients) each.close();
    await server.stop();
  }
}

async function main(): Promise<void> {
  if (only !== 'anti-affinity') await measure(false);
  if (only !== 'plain') await measure(true);
}

void main();
