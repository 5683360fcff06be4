import { type Dirent, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { corev1 } from '@skiff/contracts';
import { repositoryPath } from '../support/cluster';
import { eventually, execute } from '../support/execute';
import { DockerEngine, missingForEngine } from './engine';
import { importInto } from './node-images';
import { PageLoad } from './page-load';
import { shims } from './shims';

const namespace = 'guestbook';
const observability = ['--profile', 'observability'];
/** Images that are pulled elsewhere. */
const standIns =
  readFileSync(repositoryPath('docker-compose.yml'), 'utf8').match(/(?<=image: )(otel|jaegertracing)\/\S+/g) ?? [];
const reason = missingForEngine();
const title = 'a cluster of containers';
const suite = reason === undefined ? () => describe(title, tests) : () => describe.skip(`${title}: ${reason}`, tests);
suite();

/** What a new user does with docker-compose.yml, on an engine of the tests' own. */
function tests(): void {
  const engine = DockerEngine.create();
  const kubeconfig = join(engine.folder, 'kubeconfig');
  // The certificates by which this machine reaches its registries, for the builds.
  const hostCertificates = repositoryPath('docker/ca-certificates/e2e.crt');
  const kubectl = async (...args: string[]): Promise<string> => {
    const env = { KUBECONFIG: join(kubeconfig, 'config') };
    const [program = '', ...prefix] = engine.inNamespace;
    return (await execute(program, [...prefix, 'kubectl', ...args], { env, timeoutMilliseconds: 150_000 })).stdout;
  };
  const getJson = async <T>(...args: string[]): Promise<T> =>
    JSON.parse(await kubectl('get', ...args, '-o', 'json')) as T;

  beforeAll(async () => {
    mkdirSync(kubeconfig, { recursive: true });
    process.env['SKIFF_KUBECONFIG_DIR'] = kubeconfig;
    process.env['SKIFF_BUILD_NETWORK'] = 'host';
    await engine.startForBuilding();
    await execute(process.execPath, [repositoryPath('tools/docker/base-images.mjs')], {
      env: engine.environment,
      timeoutMilliseconds: 300_000,
    });
    const certificates = '/etc/ssl/certs/ca-certificates.crt';
    if (existsSync(certificates)) copyFileSync(certificates, hostCertificates);
    await engine.compose(['build', '--quiet'], 800_000);
    const names = standIns.flatMap((image) => ['--tag', image]);
    await engine.docker('build', '--quiet', ...names, repositoryPath('apps/e2e/src/compose/stand-in'));
    await engine.stop();
    await engine.startForRunning();
  }, 1_200_000);

  afterAll(async () => {
    // Containers that a failed test left would live on in data that is kept.
    await engine.compose([...observability, 'down', '--volumes']).catch(() => 'the engine does not run');
    delete process.env['SKIFF_OTLP_ENDPOINT'];
    rmSync(hostCertificates, { force: true });
    await engine.discard();
  }, 120_000);

  it('is there after one command, with two nodes of different names', async () => {
    await engine.compose(['up', '--detach', '--no-build']);
    await eventually(async () => expect(await readyNodes()).toEqual(['node-1', 'node-2']), 120_000);
  }, 400_000);

  it('runs every service but the nodes without rights, as a user of its own', async () => {
    for (const id of await containers()) {
      const [container] = JSON.parse(await engine.docker('inspect', id)) as Inspected[];
      expect(container?.HostConfig).toMatchObject({ Privileged: false, ReadonlyRootfs: true });
      expect(container?.HostConfig.CapDrop).toEqual(['ALL']);
      const service = container?.Config.Labels['com.docker.compose.service'] ?? '';
      expect(container?.Config.Labels['org.opencontainers.image.version']).toBe('0.1.0');
      if (service === 'node') continue;
      expect(container?.Config.User).toBe('65532:65532');
      expect(container?.HostConfig.CapAdd).toBeNull();
    }
  });

  it('runs the guestbook, and shows its page through a NodePort', async () => {
    await loadImage('redis/image', 'redis');
    await loadImage('web/image-v1', 'webV1');
    await kubectl('create', 'namespace', namespace);
    await kubectl('-n', namespace, 'apply', '-f', repositoryPath('examples/guestbook/guestbook.yaml'));
    const patch = { spec: { template: { spec: { tolerations: evictAfter(2) } } } };
    await kubectl('-n', namespace, 'patch', 'deployment', 'web', '-p', JSON.stringify(patch));
    for (const name of ['redis-leader', 'redis-follower', 'web'])
      await kubectl('-n', namespace, 'rollout', 'status', `deployment/${name}`, '--timeout=140s');
    await eventually(async () => expect(await page()).toContain('Welcome to the guestbook'), 60_000);
  }, 500_000);

  it('shows what caused what, from kubectl to the containers', async () => {
    const tree = async (name: string): Promise<string> =>
      engine.compose(['run', '--rm', '-T', 'skiff', 'trace', `deployment/${name}`, '--namespace', namespace]);
    await eventually(async () => {
      // One of them: a controller manager that has just started knows nothing of what was written before.
      const trees = (await tree('redis-leader')) + (await tree('web'));
      for (const service of ['api-server', 'controller-manager', 'scheduler', 'kubelet'])
        expect(trees).toContain(service);
    }, 60_000);
  }, 120_000);

  it('writes the trace as a page, and tells why a pod is where it is', async () => {
    const skiff = async (...args: string[]): Promise<string> =>
      engine.compose(['run', '--rm', '-T', 'skiff', ...args, '--namespace', namespace]);
    expect(await skiff('trace', 'deployment/web', '--html')).toMatch(/^<!doctype html>[^]*<\/html>/);
    const [pod] = await pagePods();
    expect(await skiff('explain', `pod/${pod?.metadata?.name}`)).toContain(pod?.spec?.nodeName);
  }, 60_000);

  it('restarts a container that is killed', async () => {
    const [pod] = await pagePods();
    const name = pod?.metadata?.name ?? '';
    await kubectl('-n', namespace, 'exec', name, '--', 'sh', '-c', 'kill -TERM 1').catch(
      () => 'the stream ends with it',
    );
    await eventually(async () => {
      const restarted = await getJson<corev1.Pod>('-n', namespace, 'pod', name);
      expect(restarted.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1, ready: true });
    }, 90_000);
  }, 120_000);

  it('replaces the pods of a node that is lost, and has it back under its name', async () => {
    const [lost = ''] = await containers('node');
    const { name } = JSON.parse(await engine.docker('exec', lost, 'cat', '/run/skiff/node.json')) as { name: string };
    await engine.docker('kill', lost);
    await eventually(async () => expect(await readyNodes()).not.toContain(name), 120_000);
    await eventually(async () => {
      const elsewhere = (await pagePods()).filter((pod) => pod.spec?.nodeName !== name && isReady(pod));
      expect(elsewhere.length).toBe(3);
    }, 120_000);
    expect(await page()).toContain('Welcome to the guestbook');
    await engine.docker('start', lost);
    await eventually(async () => expect(await readyNodes()).toEqual(['node-1', 'node-2']), 90_000);
  }, 400_000);

  it('has a node more with --scale', async () => {
    await engine.compose(['up', '--detach', '--no-build', '--scale', 'node=3']);
    await eventually(async () => expect(await readyNodes()).toEqual(['node-1', 'node-2', 'node-3']), 120_000);
    await engine.compose(['up', '--detach', '--no-build', '--scale', 'node=2']);
    await kubectl('delete', 'node', 'node-3');
    await eventually(async () => expect(await readyNodes()).toEqual(['node-1', 'node-2']), 60_000);
  }, 300_000);

  it('is upgraded, one service after another, and the guestbook answers every request meanwhile', async () => {
    const load = await PageLoad.start(engine, await pageUrl('node-1'));
    for (const service of ['etcd', 'api-server', 'controller-manager', 'scheduler', 'traces']) {
      await engine.compose(['up', '--detach', '--no-build', '--no-deps', '--force-recreate', service]);
      await eventually(async () => expect(await readyNodes()).toEqual(['node-1', 'node-2']), 60_000);
    }
    // What stands now works: a new pod becomes Ready.
    await restart('web');
    expect(await load.stop()).toEqual({ answered: expect.any(Number) as number, failures: [] });
    for (const [node, other] of [
      ['node-1', 'node-2'],
      ['node-2', 'node-1'],
    ] as const) {
      const during = await PageLoad.start(engine, await pageUrl(other));
      await replaceNode(node);
      const result = await during.stop();
      expect(result).toEqual({ answered: expect.any(Number) as number, failures: [] });
      expect(result.answered).toBeGreaterThan(50);
    }
  }, 600_000);

  it('keeps its state from down to up, and sends all spans through a collector if it is told to', async () => {
    await engine.compose(['down']);
    expect(await containers()).toEqual([]);
    process.env['SKIFF_OTLP_ENDPOINT'] = 'https://otel-collector:4317';
    await engine.compose([...observability, 'up', '--detach', '--no-build']);
    await eventually(async () => expect(await readyNodes()).toEqual(['node-1', 'node-2']), 120_000);
    await eventually(async () => expect(await page()).toContain('Welcome to the guestbook'), 120_000);
    const trace = ['skiff', 'trace', 'deployment/web', '--namespace', namespace, '--traces', 'otel-collector:4317'];
    const areThere = async (): Promise<void> => {
      const tree = await engine.compose(['run', '--rm', '-T', ...trace]);
      for (const service of ['api-server', 'controller-manager', 'scheduler', 'kubelet', 'proxy'])
        expect(tree).toContain(service);
    };
    // Who asked for the collector's address before it had one waits for an answer for as long as the machine's
    // name servers take, and drops its spans meanwhile.
    await eventually(async () => {
      await restart('web');
      await eventually(areThere, 5_000);
    }, 120_000);
  }, 600_000);

  it('leaves nothing after down -v', async () => {
    await engine.compose([...observability, 'down', '--volumes']);
    const left = [
      ...(await lines('ps', '--all', '--quiet')),
      ...(await lines('volume', 'ls', '--quiet')),
      ...(await lines('network', 'ls', '--quiet', '--filter', 'type=custom')),
      ...shims(engine.folder),
      // The groups that hold those of containers hold none.
      ...engine.controlGroups().flatMap((group) => readdirSync(group, { withFileTypes: true }).filter(isFolder)),
    ];
    expect(left).toEqual([]);
  }, 120_000);

  /** Replaces the container of a node, once its pods have moved to the others. */
  async function replaceNode(name: string): Promise<void> {
    const drain = ['drain', name, '--ignore-daemonsets', '--delete-emptydir-data', '--force', '--timeout=100s'];
    await kubectl(...drain);
    const id = await nodeContainer(name);
    await engine.docker('stop', '--time', '40', id);
    await engine.docker('rm', id);
    await engine.compose(['up', '--detach', '--no-build', '--no-deps', '--no-recreate', 'node']);
    await eventually(async () => expect(await readyNodes()).toEqual(['node-1', 'node-2']), 90_000);
    // A node's images are its own, and go with its container.
    const created = await nodeContainer(name);
    for (const image of ['redis', 'webV1'])
      await importInto(engine, created, repositoryPath('dist/images', `${image}.tar`));
    await kubectl('uncordon', name);
    for (const deployment of ['web', 'redis-follower']) await restart(deployment);
  }

  async function nodeContainer(name: string): Promise<string> {
    return eventually(async () => {
      for (const id of await containers('node')) {
        const state = await engine.docker('exec', id, 'cat', '/run/skiff/node.json');
        if ((JSON.parse(state) as { name: string }).name === name) return id;
      }
      throw new Error(`no container is ${name}`);
    });
  }

  async function restart(deployment: string): Promise<void> {
    await kubectl('-n', namespace, 'rollout', 'restart', `deployment/${deployment}`);
    await kubectl('-n', namespace, 'rollout', 'status', `deployment/${deployment}`, '--timeout=100s');
  }

  /** The containers that run, of one service or of all. */
  async function containers(service?: string): Promise<string[]> {
    const filters = service === undefined ? [] : ['--filter', `label=com.docker.compose.service=${service}`];
    return lines('ps', '--quiet', ...filters);
  }

  async function lines(...args: string[]): Promise<string[]> {
    return (await engine.docker(...args)).split('\n').filter(Boolean);
  }

  async function readyNodes(): Promise<string[]> {
    const { items } = await getJson<corev1.NodeList>('nodes');
    return (items ?? []).filter(isReady).map((node) => node.metadata?.name ?? '');
  }

  async function pagePods(): Promise<corev1.Pod[]> {
    return (await getJson<corev1.PodList>('-n', namespace, 'pods', '-l', 'app=web')).items ?? [];
  }

  /** The guestbook's page, by a NodePort of a Ready node. */
  async function page(): Promise<string> {
    const [node = ''] = await readyNodes();
    const url = await pageUrl(node);
    const script = `fetch('${url}',{signal:AbortSignal.timeout(10000)}).then(r=>r.text()).then(t=>process.stdout.write(t))`;
    const [program = '', ...prefix] = engine.inNamespace;
    return (await execute(program, [...prefix, process.execPath, '-e', script])).stdout;
  }

  async function pageUrl(nodeName: string): Promise<string> {
    const service = await getJson<corev1.Service>('-n', namespace, 'service', 'web');
    const node = await getJson<corev1.Node>('node', nodeName);
    const address = node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
    return `http://${address}:${service.spec?.ports?.[0]?.nodePort}/`;
  }

  /** Builds an image of the guestbook and puts it on every node. */
  async function loadImage(image: string, name: string): Promise<void> {
    const archive = repositoryPath('dist/images', `${name}.tar`);
    const description = repositoryPath('examples/guestbook/images', `${image}.json`);
    await execute(process.execPath, [repositoryPath('tools/images/build.mjs'), description, archive], {
      timeoutMilliseconds: 180_000,
    });
    for (const node of await containers('node')) await importInto(engine, node, archive);
  }
}

interface Inspected {
  readonly Config: { readonly User: string; readonly Labels: Readonly<Record<string, string>> };
  readonly HostConfig: { readonly CapAdd: string[] | null; readonly CapDrop: string[] | null };
}

const isReady = (object: corev1.Node | corev1.Pod): boolean =>
  object.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

const isFolder = (entry: Dirent): boolean => entry.isDirectory();

function evictAfter(seconds: number): corev1.Toleration[] {
  return ['not-ready', 'unreachable'].map((key) => ({
    key: `node.kubernetes.io/${key}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: seconds,
  }));
}
