import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { corev1 } from '@skiff/contracts';
import { repositoryPath, type TestCluster } from './cluster';
import { eventually, execute } from './execute';
import { http, SteadyLoad } from './http';
import { provideImage } from './images';

const namespace = 'guestbook';
const manifest = repositoryPath('examples/guestbook/guestbook.yaml');

interface Fixture {
  readonly cluster: TestCluster;
  end(): Promise<void>;
}

/** What a user does with the guestbook, from the first apply to the last delete, on any cluster. */
export function describeGuestbook(where: string, start: () => Promise<Fixture>): void {
  describe(`the guestbook ${where}`, () => {
    let fixture: Fixture;
    let cluster: TestCluster;
    const kubectl = (...args: string[]): Promise<string> => cluster.kubectl('-n', namespace, ...args);

    beforeAll(async () => {
      fixture = await start();
      cluster = fixture.cluster;
      for (const image of ['redis', 'webV1', 'webV2'] as const) await provideImage(cluster, image);
    }, 240_000);
    afterAll(() => fixture.end(), 120_000);

    it('is applied with kubectl, and every tier becomes available', async () => {
      await cluster.kubectl('create', 'namespace', namespace);
      await kubectl('apply', '-f', manifest);
      for (const name of ['redis-leader', 'redis-follower', 'web'])
        await kubectl('rollout', 'status', `deployment/${name}`, '--timeout=90s');
      const pods = await pagePods();
      expect(new Set(pods.map((pod) => pod.spec?.nodeName)).size).toBe(2);
    }, 150_000);

    it('shows and takes entries through a NodePort of every node', async () => {
      for (const [index, page] of (await pages()).entries()) {
        const entry = `entry ${index} & more`;
        await eventually(async () =>
          expect((await http(page, { method: 'POST', body: `entry=${encodeURIComponent(entry)}` })).status).toBe(303),
        );
        await eventually(async () => expect((await http(page)).body).toContain(`<li>entry ${index} &amp; more</li>`));
      }
    });

    it('is reached through kubectl port-forward', async () => {
      const forward = cluster.spawnKubectl('-n', namespace, 'port-forward', 'service/web', ':80');
      try {
        const port = await new Promise<string>((resolve, reject) => {
          forward.stdout?.on('data', (chunk: Buffer) => {
            const match = /127\.0\.0\.1:(\d+)/.exec(chunk.toString());
            if (match?.[1]) resolve(match[1]);
          });
          forward.once('exit', (code) => reject(new Error(`port-forward ended with ${code}`)));
        });
        await eventually(async () =>
          expect((await http(`http://127.0.0.1:${port}/`)).body).toContain('Welcome to the guestbook'),
        );
      } finally {
        forward.kill();
      }
    });

    it('rolls out a new version with no failed request', async () => {
      const load = new SteadyLoad((await pages())[0] ?? '');
      await kubectl('set', 'image', 'deployment/web', 'web=docker.io/guestbook/web:v2');
      await kubectl('rollout', 'status', 'deployment/web', '--timeout=120s');
      await eventually(async () => expect((await pagePods()).length).toBe(3), 60_000);
      await load.stop();
      expect(load.failures).toEqual([]);
      expect(load.answered).toBeGreaterThan(10);
      expect((await http((await pages())[0] ?? '')).body).toContain('version v2');
    }, 240_000);

    it('restarts a container that is killed', async () => {
      const [pod] = await pagePods();
      const name = pod?.metadata?.name ?? '';
      await kubectl('exec', name, '--', 'sh', '-c', 'kill -TERM 1').catch(() => 'the stream ends with the container');
      await eventually(async () => {
        const restarted = await cluster.getJson<corev1.Pod>('-n', namespace, 'pod', name);
        expect(restarted.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1, ready: true });
      }, 60_000);
    }, 90_000);

    it('keeps serving while a kubelet is killed, and its containers are adopted', async () => {
      const [page = ''] = await pages();
      const before = await containerIds();
      const load = new SteadyLoad(page);
      await killProcess(`kubelet-${cluster.name}-node-1`);
      await eventually(async () => expect(await processPid(`kubelet-${cluster.name}-node-1`)).toBeDefined());
      await eventually(async () =>
        expect(await kubectl('exec', 'deployment/redis-leader', '--', 'redis-cli', 'ping')).toBe('PONG\n'),
      );
      await eventually(async () => expect(await readyNodes()).toBe(2), 60_000);
      await load.stop();
      expect(load.failures).toEqual([]);
      expect(await containerIds()).toEqual(before);
    }, 120_000);

    it('replaces the pods of a node that is cut off, and clears up when it is back', async () => {
      const lost = `${cluster.name}-node-2`;
      await kubectl(
        'patch',
        'deployment',
        'web',
        '-p',
        JSON.stringify({ spec: { template: { spec: { tolerations: evictAfter(2) } } } }),
      );
      await kubectl('rollout', 'status', 'deployment/web', '--timeout=120s');
      await eventually(async () => expect((await pagePods()).length).toBe(3), 60_000);
      const cable = await cableOf(2);
      await execute('ip', ['link', 'set', cable, 'down']);
      try {
        await eventually(async () => expect(await readyNodes()).toBe(1), 90_000);
        await eventually(async () => {
          const pods = (await pagePods()).filter(
            (pod) => pod.metadata?.deletionTimestamp === undefined && pod.spec?.nodeName !== lost,
          );
          expect(pods.filter(isReady).length).toBe(3);
        }, 90_000);
        await eventually(async () => expect((await http((await pages())[0] ?? '')).status).toBe(200), 60_000);
      } finally {
        await execute('ip', ['link', 'set', cable, 'up']);
      }
      await eventually(async () => expect(await readyNodes()).toBe(2), 60_000);
      await eventually(async () => expect((await pagePods()).length).toBe(3), 60_000);
    }, 300_000);

    it('leaves nothing behind when it is deleted', async () => {
      await kubectl('delete', '-f', manifest, '--timeout=90s');
      await cluster.kubectl('delete', 'namespace', namespace, '--timeout=90s');
      await eventually(async () => expect(await traces()).toEqual([]), 60_000);
    }, 240_000);

    async function pages(): Promise<string[]> {
      const service = await cluster.getJson<corev1.Service>('-n', namespace, 'service', 'web');
      const nodes = await cluster.getJson<corev1.NodeList>('nodes');
      return (nodes.items ?? []).map((node) => {
        const address = node.status?.addresses?.find((candidate) => candidate.type === 'InternalIP')?.address;
        return `http://${address}:${service.spec?.ports?.[0]?.nodePort}/`;
      });
    }

    async function pagePods(): Promise<corev1.Pod[]> {
      return (await cluster.getJson<corev1.PodList>('-n', namespace, 'pods', '-l', 'app=web')).items ?? [];
    }

    const isReady = (pod: corev1.Pod): boolean =>
      pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

    async function readyNodes(): Promise<number> {
      const nodes = await cluster.getJson<corev1.NodeList>('nodes');
      return (nodes.items ?? []).filter((node) =>
        node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
      ).length;
    }

    async function containerIds(): Promise<string[]> {
      const pods = (await cluster.getJson<corev1.PodList>('-n', namespace, 'pods')).items ?? [];
      return pods
        .flatMap((pod) => pod.status?.containerStatuses?.map((status) => status.containerID ?? '') ?? [])
        .sort();
    }

    async function processPid(name: string): Promise<number | undefined> {
      const records = JSON.parse(readFileSync(join(cluster.root, 'processes.json'), 'utf8')) as {
        name: string;
        pid?: number;
      }[];
      return records.find((record) => record.name === name)?.pid;
    }

    async function killProcess(name: string): Promise<void> {
      const pid = await processPid(name);
      if (pid === undefined) throw new Error(`${name} does not run`);
      process.kill(pid, 'SIGKILL');
      await eventually(async () => expect(await processPid(name)).not.toBe(pid));
    }

    /** What `skiff up` decided about the cluster's network. */
    function network(): { bridge: string; nodes: { namespace: string }[] } {
      return JSON.parse(readFileSync(join(cluster.root, 'cluster.json'), 'utf8')) as ReturnType<typeof network>;
    }

    async function cableOf(node: number): Promise<string> {
      return `${network().bridge.replace('skiff-', 'sk')}-${node}`;
    }

    /** What is left of the namespace's pods on the nodes: sandboxes, mounts and rules. */
    async function traces(): Promise<string[]> {
      const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
        .split('\n')
        .filter((line) => line.includes(`${cluster.root}/`) && line.includes('/pods/'));
      const rules: string[] = [];
      const shims: string[] = [];
      for (const index of [1, 2]) {
        const node = `${cluster.name}-node-${index}`;
        const { stdout } = await execute('nsenter', [
          `--net=/run/netns/${network().nodes[index - 1]?.namespace}`,
          'nft',
          'list',
          'ruleset',
        ]);
        rules.push(...stdout.split('\n').filter((line) => line.includes(`${namespace}/`)));
        const containers = await execute('ctr', [
          '--address',
          join(cluster.root, 'nodes', node, 'containerd.sock'),
          '-n',
          'k8s.io',
          'containers',
          'ls',
          '-q',
        ]);
        shims.push(...containers.stdout.split('\n').filter(Boolean));
      }
      return [...mounts, ...rules, ...shims];
    }
  });
}

function evictAfter(seconds: number): corev1.Toleration[] {
  return ['not-ready', 'unreachable'].map((key) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: seconds,
  }));
}
