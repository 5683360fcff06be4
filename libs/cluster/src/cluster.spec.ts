import { readdir } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kinds, type appsv1, type batchv1, type corev1 } from '@skiff/contracts';
import { eventually, FakeClock } from '@skiff/testing';
import { build } from 'esbuild';
import { parse } from 'yaml';
import { startCluster, type Cluster, type ClusterOptions } from './index';

const namespace = 'default';

/** A whole cluster takes seconds of processor time while its code is still cold, and other tests run beside it. */
jest.setTimeout(120_000);
const patience = { timeoutMilliseconds: 60_000, intervalMilliseconds: 20 };

function template(labels: Record<string, string>): corev1.PodTemplateSpec {
  return { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'image:1' }] } };
}

function deploy({ client }: Cluster, name: string, replicas: number): Promise<appsv1.Deployment> {
  const labels = { app: name };
  const spec = { replicas, selector: { matchLabels: labels }, template: template(labels) };
  return client.create<appsv1.Deployment>(Kinds.Deployment, { metadata: { namespace, name }, spec });
}

function available({ client }: Cluster, name: string, replicas: number): Promise<void> {
  return eventually(async () => {
    const { status } = await client.get<appsv1.Deployment>(Kinds.Deployment, { namespace, name });
    expect(status?.availableReplicas).toBe(replicas);
  }, patience);
}

async function pods({ client }: Cluster): Promise<corev1.Pod[]> {
  return (await client.list<corev1.Pod>(Kinds.Pod, { namespace })).items;
}

describe('a cluster in a process', () => {
  const clusters: Cluster[] = [];
  const start = async (options?: ClusterOptions): Promise<Cluster> => {
    const cluster = await startCluster(options);
    clusters.push(cluster);
    return cluster;
  };

  afterEach(() => Promise.all(clusters.splice(0).map((cluster) => cluster.stop())));

  it('runs a Deployment of 10 on its nodes, and ends its pods when it is deleted', async () => {
    const cluster = await start({ nodes: 2 });
    await deploy(cluster, 'web', 10);
    await available(cluster, 'web', 10);
    const running = await pods(cluster);
    expect(running.every(({ status }) => status?.phase === 'Running' && status.podIP !== undefined)).toBe(true);
    expect(new Set(running.map(({ spec }) => spec?.nodeName))).toEqual(new Set(['node-1', 'node-2']));
    await cluster.client.delete(Kinds.Deployment, { namespace, name: 'web' });
    await eventually(async () => expect(await pods(cluster)).toEqual([]), patience);
  });

  it('is one of several that know nothing of each other', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    await Promise.all([deploy(one, 'web', 2), deploy(two, 'web', 3)]);
    await Promise.all([available(one, 'web', 2), available(two, 'web', 3)]);
    await one.stop();
    clusters.splice(clusters.indexOf(one), 1);
    await deploy(two, 'other', 1);
    await available(two, 'other', 1);
    expect(await pods(two)).toHaveLength(4);
  });

  it('makes the same names, uids and ids of containers under the same seed', async () => {
    const identities = async (seed: number): Promise<string[]> => {
      const cluster = await start({ seed });
      await deploy(cluster, 'web', 3);
      await available(cluster, 'web', 3);
      const running = await pods(cluster);
      const containers = running.flatMap(({ status }) => status?.containerStatuses ?? []);
      const ids = containers.flatMap(({ containerID }) => containerID ?? []);
      expect(ids).toHaveLength(3);
      return [...running.map(({ metadata }) => `${metadata?.name} ${metadata?.uid}`), ...ids].sort();
    };
    const [first, again, other] = await Promise.all([identities(7), identities(7), identities(8)]);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('goes by the clock that it is given', async () => {
    const clock = new FakeClock('2026-01-01T00:59:00Z');
    const cluster = await start({ clock });
    const spec = {
      schedule: '0 * * * *',
      jobTemplate: { spec: { template: { spec: { ...template({}).spec, restartPolicy: 'Never' } } } },
    };
    await cluster.client.create<batchv1.CronJob>(Kinds.CronJob, { metadata: { namespace, name: 'hourly' }, spec });
    const jobs = async (): Promise<batchv1.Job[]> => (await cluster.client.list<batchv1.Job>(Kinds.Job)).items;
    const step = async (check: () => Promise<void>): Promise<void> => {
      await clock.advance(1_000);
      await check();
    };
    await clock.advance(30_000);
    expect(await jobs()).toEqual([]);
    const running = async (): Promise<void> => {
      expect((await pods(cluster)).map(({ status }) => status?.phase)).toEqual(['Running']);
    };
    await eventually(() => step(running), patience);
    const [job] = await jobs();
    expect(job?.metadata?.creationTimestamp).toMatch(/^2026-01-01T01:0/);
  });

  it('opens a port for whoever asks for a kubeconfig', async () => {
    const cluster = await start({ nodes: 0 });
    const config = parse(await cluster.kubeconfig()) as {
      clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
      users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
    };
    const [{ cluster: server } = { cluster: undefined }] = config.clusters;
    const [{ user } = { user: undefined }] = config.users;
    const pem = (text = ''): Buffer => Buffer.from(text, 'base64');
    const status = await new Promise((resolve, reject) => {
      const options = {
        ca: pem(server?.['certificate-authority-data']),
        cert: pem(user?.['client-certificate-data']),
        key: pem(user?.['client-key-data']),
      };
      const call = request(`${server?.server}/api/v1/secrets`, options, (response) => {
        response.resume().once('end', () => resolve(response.statusCode));
      });
      call.once('error', reject).end();
    });
    expect(status).toBe(200);
  });

  it('leaves no timer, connection or file when it stops', async () => {
    /** What the process waits for beside what it waited for before. */
    const heldBeside = (before: readonly string[]): string[] => {
      const left = [...before];
      return process.getActiveResourcesInfo().filter((held) => {
        const index = left.indexOf(held);
        if (index >= 0) left.splice(index, 1);
        return index < 0;
      });
    };
    const folders = async (): Promise<string[]> =>
      (await readdir(tmpdir())).filter((name) => name.startsWith(`skiff-cluster-${process.pid}-`));
    const idle = process.getActiveResourcesInfo();
    const cluster = await start();
    await deploy(cluster, 'web', 2);
    await available(cluster, 'web', 2);
    expect(await folders()).toHaveLength(1);
    await cluster.stop();
    clusters.pop();
    expect(await folders()).toEqual([]);
    await eventually(() => expect(heldBeside(idle)).toEqual([]), patience);
  });

  it('needs no native add-on and no other store', async () => {
    const { metafile } = await build({
      entryPoints: [join(__dirname, 'index.ts')],
      outdir: __dirname,
      write: false,
      bundle: true,
      platform: 'node',
      metafile: true,
      tsconfig: join(__dirname, '../../../tsconfig.base.json'),
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.some((path) => path.includes('libs/storage/memory/'))).toBe(true);
    expect(inputs.filter((path) => /\.node$|\/lmdb\/|\/etcd3\/|libs\/storage\/(embedded|etcd)\//.test(path))).toEqual(
      [],
    );
  });
});
