import type { corev1, metav1 } from '@skiff/contracts';
import { startTestServer, type TestServer } from './golden/server';

describe('Binding a pod', () => {
  let server: TestServer;
  const call = async <T>(method: string, path: string, body?: object): Promise<{ status: number; object: T }> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await server.send({ method, path, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    return { status: answer.status, object: JSON.parse(answer.body) as T };
  };
  const pods = '/api/v1/namespaces/default/pods';
  const binding = (target: object): object => ({ apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target });
  const node = { kind: 'Node', name: 'zoned' };

  beforeAll(async () => {
    server = await startTestServer();
    const labels = { 'topology.kubernetes.io/zone': 'z1' };
    await call('POST', '/api/v1/nodes', { metadata: { name: 'zoned', labels } });
    await call('POST', pods, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
  }, 30_000);
  afterAll(() => server.close());

  it('needs a node', async () => {
    const { status, object } = await call<metav1.Status>('POST', `${pods}/p/binding`, binding({ kind: 'Node' }));
    expect({ status, message: object.message }).toEqual({
      status: 422,
      message: 'Binding "p" is invalid: target.name: Required value',
    });
  });

  it('changes nothing when it is only tried', async () => {
    expect((await call('POST', `${pods}/p/binding?dryRun=All`, binding(node))).status).toBe(201);
    expect((await call<corev1.Pod>('GET', `${pods}/p`)).object.spec?.nodeName).toBeUndefined();
  });

  it('happens once, with a condition and with the labels of the node', async () => {
    expect((await call('POST', `${pods}/p/binding`, binding(node))).status).toBe(201);
    const { object: pod } = await call<corev1.Pod>('GET', `${pods}/p`);
    expect(pod).toMatchObject({
      metadata: { labels: { 'topology.kubernetes.io/zone': 'z1' } },
      spec: { nodeName: 'zoned' },
      status: { conditions: [{ type: 'PodScheduled', status: 'True', observedGeneration: 1 }] },
    });
    const again = await call<metav1.Status>('POST', `${pods}/p/binding`, binding(node));
    expect([again.status, again.object.message]).toEqual([
      409,
      'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "zoned"',
    ]);
  });
});
