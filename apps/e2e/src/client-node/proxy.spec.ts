import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import type { corev1 } from '@skiff/contracts';
import { busyboxDeployment, Sandbox } from '../kubectl/support';
import { eventually } from '../support/execute';
import { http } from '../support/http';

const namespace = 'proxied';

describe('the proxies of the API server', () => {
  let sandbox: Sandbox;
  let pods: string[];
  const raw = (path: string): Promise<string> => sandbox.cluster.kubectl('get', '--raw', path);
  const inNamespace = `/api/v1/namespaces/${namespace}`;

  beforeAll(async () => {
    sandbox = await Sandbox.create(namespace);
    const ports = [{ name: 'http', port: 80, targetPort: 'http' }];
    await sandbox.apply(busyboxDeployment('web', 2), {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports },
    });
    await sandbox.apply({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'empty' }, spec: { ports } });
    await sandbox.kubectl('rollout', 'status', 'deployment/web', '--timeout=90s');
    const list = await sandbox.cluster.getJson<corev1.PodList>('-n', namespace, 'pods');
    pods = (list.items ?? []).map(({ metadata }) => metadata?.name ?? '');
  }, 180_000);
  afterAll(() => sandbox.remove(), 90_000);

  it('reach every pod, on whichever node it runs', async () => {
    for (const pod of pods) expect(await raw(`${inNamespace}/pods/${pod}/proxy/`)).toBe(`${pod}\n`);
  });

  it('reach a service by the number and by the name of its port', async () => {
    for (const port of ['80', 'http'])
      await eventually(async () => {
        const answer = await raw(`${inNamespace}/services/web:${port}/proxy/index.html`);
        expect(pods).toContain(answer.trim());
      });
  });

  it('say why they cannot reach what they should', async () => {
    await expect(raw(`${inNamespace}/services/empty/proxy/`)).rejects.toThrow(
      'Error from server (ServiceUnavailable): no endpoints available for service "empty"',
    );
    await expect(raw(`${inNamespace}/pods/${pods[0]}:81/proxy/`)).rejects.toThrow(
      /Error from server \(ServiceUnavailable\): error trying to reach service: dial tcp [\d.]+:81: connect: connection refused/,
    );
  });

  it('need a permission of their own', async () => {
    const path = `${inNamespace}/services/web:80/proxy/`;
    const mayGet = sandbox.cluster.kubectl('--as', 'someone', 'get', '--raw', path);
    await expect(mayGet).rejects.toThrow(
      `services "web:80" is forbidden: User "someone" cannot get resource "services/proxy" in API group "" in the namespace "${namespace}"`,
    );
    await sandbox.kubectl('create', 'role', 'proxy', '--verb=get', '--resource=services/proxy');
    await sandbox.kubectl('create', 'rolebinding', 'proxy', '--role=proxy', '--user=someone');
    await eventually(async () =>
      expect(pods).toContain((await sandbox.cluster.kubectl('--as', 'someone', 'get', '--raw', path)).trim()),
    );
  });

  it('answer for kubelets', async () => {
    const { items = [] } = await sandbox.cluster.getJson<corev1.NodeList>('nodes');
    for (const node of items ?? []) expect(await raw(`/api/v1/nodes/${node.metadata?.name}/proxy/healthz`)).toBe('ok');
  });

  describe('behind kubectl proxy', () => {
    let child: ChildProcess;
    let url: string;

    beforeAll(async () => {
      child = sandbox.cluster.spawnKubectl('proxy', '--port=0');
      const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
      url = `http://${/127\.0\.0\.1:\d+/.exec(line.toString())?.[0]}`;
    });
    afterAll(() => void child.kill());

    it('reach a service', async () => {
      const { status, body } = await http(`${url}${inNamespace}/services/web:80/proxy/`);
      expect([status, pods.includes(body.trim())]).toEqual([200, true]);
    });

    it('redirect to the root of a service', async () => {
      const path = `${inNamespace}/services/web:80/proxy`;
      const { status, headers } = await fetch(`${url}${path}`, { redirect: 'manual' });
      expect([status, headers.get('location')]).toEqual([301, `${path}/`]);
    });
  });
});
