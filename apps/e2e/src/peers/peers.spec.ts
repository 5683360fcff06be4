import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { corev1 } from '@skiff/contracts';
import { busyboxDeployment } from '../kubectl/support';
import { eventually } from '../support/execute';
import { provideImage } from '../support/images';
import { ObservedCluster } from './observed-cluster';

const node = 'peers-node-1';
const clients = ['scheduler', 'controller-manager', `kubelet-${node}`, `proxy-${node}`, `dns-${node}`];
const everyone = ['api-server', ...clients];
/** Longer than a leader goes on without its Lease, which is 10 s. */
const outageMilliseconds = 11_000;

describe('a service that loses', () => {
  let observed: ObservedCluster;
  let before: ReadonlyMap<string, number | undefined>;
  const kubectl = (...args: string[]): Promise<string> => observed.cluster.kubectl(...args);

  /** Everything has to work together for this: a new workload runs and is found by its name. */
  const works = async (name: string): Promise<void> => {
    const serving = ['sh', '-c', 'mkdir /www; echo hello > /www/index.html; exec httpd -f -p 8080 -h /www'];
    const deployment = busyboxDeployment(name, 1) as { spec: { template: { spec: corev1.PodSpec } } };
    Object.assign(deployment.spec.template.spec.containers?.[0] ?? {}, { command: serving });
    const ports = [{ port: 80, targetPort: 8080 }];
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: name }, ports } };
    const documents = [deployment, service].map((object) => JSON.stringify(object)).join('\n');
    await observed.cluster.kubectlInput(documents, 'apply', '-f', '-');
    await kubectl('rollout', 'status', `deployment/${name}`, '--timeout=30s');
    await eventually(async () => expect(await reach(name)).toBe('hello\n'));
  };

  /** Asks a Service by its name, through DNS and proxy, from its node. */
  const reach = async (name: string): Promise<string> => {
    const query = ['busybox', 'nslookup', `${name}.default.svc.cluster.local`, '10.96.0.10'];
    const address = /Address:? (?:\d+: )?(10\.96\.\d+\.\d+)\s*$/m.exec(await observed.onNode(...query))?.[1] ?? '';
    const program = `fetch('http://${address}/', { signal: AbortSignal.timeout(2000) })`;
    const printed = `${program}.then((answer) => answer.text()).then((text) => process.stdout.write(text))`;
    return observed.onNode(process.execPath, '-e', printed);
  };

  /** The same processes as before, but for the one that was taken away. */
  const expectNoRestart = (of: string): void => {
    const now = observed.processes();
    for (const [name, pid] of before) if (name !== of) expect([name, now.get(name)]).toEqual([name, pid]);
  };

  beforeAll(async () => {
    observed = await ObservedCluster.start();
    await provideImage(observed.cluster, 'busybox');
    await works('first');
  }, 120_000);
  afterAll(() => {
    observed.api.close();
    return observed.cluster.stop();
  }, 60_000);
  beforeEach(() => (before = observed.processes()));

  it('the API server keeps what it has, says so once, and goes on within a second of its return', async () => {
    const { killed, started } = await observed.without('api-server', async () => {
      await sleep(outageMilliseconds);
      // Rules and names stay as they are.
      expect(await reach('first')).toBe('hello\n');
    });
    const back = await observed.logged('api-server', 'listening', started);
    for (const client of clients)
      expect((await observed.logged(client, 'the API server answers again', started)) - back).toBeLessThan(1_000);
    for (const leader of ['scheduler', 'controller-manager'])
      expect((await observed.logged(leader, 'leading', started)) - back).toBeLessThan(1_000);
    await works('after-api-server');
    expectNoRestart('api-server');
    const lost = 'the API server does not answer';
    for (const client of clients)
      expect(observed.complaints(client, killed, back)).toEqual(
        ['scheduler', 'controller-manager'].includes(client) ? [lost, 'leadership is lost'] : [lost],
      );
  }, 60_000);

  it('etcd answers what it knows, refuses the rest at once, and goes on within a second of its return', async () => {
    const { killed, started } = await observed.without('etcd', async () => {
      await sleep(outageMilliseconds);
      expect((await observed.api.ask('GET', '/api/v1/namespaces/default?resourceVersion=0')).status).toBe(200);
      const asked = Date.now();
      const map = { metadata: { name: 'm' } };
      const refused = await observed.api.ask('POST', '/api/v1/namespaces/default/configmaps', map);
      expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
      expect(JSON.parse(refused.body)).toMatchObject({ kind: 'Status', reason: 'ServiceUnavailable' });
      const ready = await observed.api.ask('GET', '/readyz');
      expect([ready.status, ready.body]).toEqual([500, expect.stringContaining('[-]etcd failed')]);
      expect(Date.now() - asked).toBeLessThan(2_000);
      expect(await reach('first')).toBe('hello\n');
    });
    const back = await etcdReady();
    expect((await observed.logged('api-server', 'etcd answers again', started)) - back).toBeLessThan(1_000);
    for (const leader of ['scheduler', 'controller-manager'])
      expect((await observed.logged(leader, 'leading', started)) - back).toBeLessThan(2_000);
    await works('after-etcd');
    expectNoRestart('etcd');
    expect(observed.complaints('api-server', killed, back)).toEqual(['etcd does not answer']);
    for (const client of clients) expect(observed.complaints(client, killed, back).length).toBeLessThan(3);
  }, 60_000);

  it('the container runtime leaves its containers alone, and goes on within a second of its return', async () => {
    const runtime = `containerd-${node}`;
    const containers = async (): Promise<string[]> => {
      const { items } = await observed.cluster.getJson<corev1.PodList>('pods');
      return (items ?? []).flatMap(({ status }) =>
        (status?.containerStatuses ?? []).map(({ containerID = '' }) => containerID),
      );
    };
    const running = await containers();
    const { killed, started } = await observed.without(runtime, async () => {
      await kubectl('create', 'deployment', 'late', '--image=docker.io/library/busybox:1.29', '--', 'sleep', '1000');
      await observed.logged(`kubelet-${node}`, 'the container runtime does not answer', 0);
      expect(await reach('first')).toBe('hello\n');
      // As upstream, for half a minute.
      expect(await kubectl('get', 'nodes')).toMatch(/ Ready /);
    });
    const back = await observed.logged(`kubelet-${node}`, 'the container runtime answers again', started);
    expect(back - started).toBeLessThan(5_000);
    await kubectl('rollout', 'status', 'deployment/late', '--timeout=30s');
    expect(await containers()).toEqual(expect.arrayContaining(running));
    expect(await kubectl('get', 'pods')).not.toMatch(/ [1-9]\d* \(|Error|CrashLoop/);
    expectNoRestart(runtime);
    expect(observed.complaints(`kubelet-${node}`, killed, back)).toEqual(['the container runtime does not answer']);
  }, 60_000);

  it('the collector of traces works on as if nothing were, and sends again within a second of its return', async () => {
    const label = (value: string): Promise<string> =>
      kubectl('label', '--overwrite', 'namespace', 'default', `x=${value}`);
    const { killed, started } = await observed.without('traces', async () => {
      for (let count = 0; count < 10; count += 1) await label(`v${count}`);
      await works('without-traces');
    });
    const back = await observed.logged('traces', 'listening', started);
    await label('again');
    expect((await observed.logged('api-server', 'the collector of traces answers again', started)) - back).toBeLessThan(
      1_500,
    );
    await eventually(async () => {
      const { stdout } = await observed.cluster.skiff('trace', 'namespace/default', '--all', '--name', 'peers');
      expect(stdout).toContain('PATCH /api/v1/namespaces/default');
    });
    expectNoRestart('traces');
    for (const service of everyone) {
      const complaints = observed.complaints(service, killed, back);
      expect(complaints).toEqual(complaints.slice(0, 1).map(() => 'the collector of traces does not answer'));
    }
  }, 60_000);

  /** When etcd was ready last, by its log, whose times are of UTC. */
  async function etcdReady(): Promise<number> {
    return eventually(() => {
      const log = readFileSync(`${observed.cluster.root}/logs/etcd.log`, 'utf8');
      const times = [...log.matchAll(/^(\d{4}-\d{2}-\d{2}) ([\d:.]+) I \| embed: ready to serve client requests$/gm)];
      const [, date, time = ''] = times.at(-1) ?? [];
      if (times.length < 2) throw new Error('etcd is not ready yet');
      return Date.parse(`${date}T${time.slice(0, 12)}Z`);
    });
  }
});
