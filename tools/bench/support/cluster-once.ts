import { startCluster } from '@skiff/cluster';
import { Kinds, type appsv1 } from '@skiff/contracts';

/** What one cluster in one process came to. Times are from the start of the process, in milliseconds. */
export interface ClusterRound {
  readonly answeredMilliseconds: number;
  readonly availableMilliseconds: number;
  readonly stoppedMilliseconds: number;
  readonly residentBytes: number;
}

const replicas = 10;

/** Starts a cluster, runs a Deployment on it, and prints when. */
async function main(): Promise<void> {
  const cluster = await startCluster({ nodes: 1 });
  await cluster.client.list(Kinds.Namespace);
  const answeredMilliseconds = performance.now();
  const labels = { app: 'web' };
  const metadata = { namespace: 'default', name: 'web' };
  const deployment: appsv1.Deployment = {
    metadata,
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
    },
  };
  const created = await cluster.client.create(Kinds.Deployment, deployment);
  const { resourceVersion = '' } = created.metadata ?? {};
  const stop = new AbortController();
  const options = { namespace: 'default', resourceVersion, signal: stop.signal };
  for await (const event of cluster.client.watch<appsv1.Deployment>(Kinds.Deployment, options)) {
    if (event.type !== 'BOOKMARK' && event.object.status?.availableReplicas === replicas) break;
  }
  const availableMilliseconds = performance.now();
  const residentBytes = process.memoryUsage.rss();
  stop.abort();
  await cluster.stop();
  const round: ClusterRound = {
    answeredMilliseconds,
    availableMilliseconds,
    stoppedMilliseconds: performance.now(),
    residentBytes,
  };
  console.log(JSON.stringify(round));
}

void main();
