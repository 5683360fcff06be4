import { readFileSync } from 'node:fs';
import { Agent, request, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCluster, type BenchCluster } from './support/cluster';
import { inSeconds, print, quantile } from './support/figure';

/** The image that every node has. */
const image = 'registry.k8s.io/pause:skiff';
const limitMilliseconds = 120_000;

interface PodEvent {
  readonly object: {
    readonly metadata: { readonly name: string };
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
  };
}

const deployment = (replicas: number): unknown => ({
  metadata: { name: 'd' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'd' } },
    template: {
      metadata: { labels: { app: 'd' } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'c', image, imagePullPolicy: 'IfNotPresent' }],
      },
    },
  },
});

/** Resolves when so many pods of a namespace have been seen Ready, with the time of each; with fewer when time is up. */
function watchReady(cluster: BenchCluster, namespace: string, count: number): Promise<ReadonlyMap<string, number>> {
  const read = (name: string): Buffer => readFileSync(join(cluster.pki, name));
  const agent = new Agent({ ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') });
  const path = `/api/v1/namespaces/${namespace}/pods?watch=1&resourceVersion=0`;
  const options: RequestOptions = { host: '127.0.0.1', port: cluster.port, agent, path };
  const ready = new Map<string, number>();
  return new Promise((resolve, reject) => {
    const call = request(options, (response) => {
      let pending = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        const lines = (pending + part).split('\n');
        pending = lines.pop() ?? '';
        for (const line of lines) {
          const { metadata, status } = (JSON.parse(line) as PodEvent).object;
          const isReady = status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True');
          if (isReady && !ready.has(metadata.name)) ready.set(metadata.name, performance.now());
        }
        if (ready.size >= count) finish();
      });
      // Ended by the client.
      response.on('error', () => undefined);
    });
    const timer = setTimeout(() => finish(), limitMilliseconds);
    const finish = (): void => {
      clearTimeout(timer);
      call.off('error', reject).on('error', () => undefined);
      call.destroy();
      resolve(ready);
    };
    call.on('error', reject);
    call.end();
  });
}

async function measure(cluster: BenchCluster, replicas: number): Promise<void> {
  const namespace = `start-${replicas}`;
  await cluster.call('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  while ((await cluster.call('GET', `/api/v1/namespaces/${namespace}/serviceaccounts/default`)).status !== 200)
    await sleep(20);
  const began = performance.now();
  const { status, body } = await cluster.call(
    'POST',
    `/apis/apps/v1/namespaces/${namespace}/deployments`,
    deployment(replicas),
  );
  if (status !== 201) throw new Error(`the Deployment was not created: ${status} ${body}`);
  const ready = await watchReady(cluster, namespace, replicas);
  const times = [...ready.values()].map((at) => at - began).sort((left, right) => left - right);
  print({
    section: 'pod-start',
    work: `${replicas} pods on one node, all Ready`,
    value: times.length < replicas ? Number.NaN : inSeconds(quantile(times, 1)),
    unit: 's',
    firstSeconds: inSeconds(quantile(times, 0)),
    medianSeconds: inSeconds(quantile(times, 0.5)),
    missing: replicas - times.length,
  });
  await cluster.call('DELETE', `/api/v1/namespaces/${namespace}`);
  while ((await cluster.call('GET', `/api/v1/namespaces/${namespace}`)).status !== 404) await sleep(100);
}

async function main(): Promise<void> {
  const wanted = process.argv.slice(2).map(Number);
  const cluster = await startCluster({ nodes: 1, store: 'embedded' });
  try {
    for (const replicas of wanted.length > 0 ? wanted : [1, 20, 50]) await measure(cluster, replicas);
  } finally {
    await cluster.stop();
  }
}

void main();
