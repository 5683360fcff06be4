import { Kinds, type appsv1, type corev1 } from '@skiff/contracts';
import { configMap, deployment, pod } from '../builders/objects';
import { FakeClock } from '../clock/fake-clock';
import { FakeClient } from './fake-client';

describe('the API server in memory', () => {
  let client: FakeClient;
  const web = { namespace: 'default', name: 'web' };

  beforeEach(() => {
    client = new FakeClient(new FakeClock());
  });

  it('answers with the errors of the real one', async () => {
    await client.create(Kinds.Deployment, deployment('web'));
    await expect(client.create(Kinds.Deployment, deployment('web'))).rejects.toThrow(
      'deployments.apps "web" already exists',
    );
    await expect(client.get(Kinds.Pod, web)).rejects.toThrow('pods "web" not found');
    await expect(client.create(Kinds.ConfigMap, { metadata: { namespace: 'default' } })).rejects.toThrow(
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    );
  });

  it('refuses an update of a version that is no longer current', async () => {
    const first = await client.create(Kinds.ConfigMap, configMap('web', { a: '1' }));
    await client.update(Kinds.ConfigMap, { ...first, data: { a: '2' } });
    await expect(client.update(Kinds.ConfigMap, { ...first, data: { a: '3' } })).rejects.toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "web": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  it('counts generations of the spec, and keeps status apart from it', async () => {
    const made = await client.create<appsv1.Deployment>(Kinds.Deployment, deployment('web'));
    const status = { replicas: 3 };
    const after = await client.update(
      Kinds.Deployment,
      { ...made, status, spec: { ...made.spec, replicas: 9 } },
      { subresource: 'status' },
    );
    expect(after).toMatchObject({ metadata: { generation: 1 }, spec: { replicas: 1 }, status });
    const scaled = await client.patch<appsv1.Deployment>(Kinds.Deployment, web, 'merge', {
      spec: { replicas: 2 },
      status: { replicas: 7 },
    });
    expect(scaled).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 2 }, status });
  });

  it('holds a deleted object back until its finalizers are gone', async () => {
    const held = configMap('web');
    await client.create(Kinds.ConfigMap, { ...held, metadata: { ...held.metadata, finalizers: ['test/hold'] } });
    await client.delete(Kinds.ConfigMap, web);
    expect((await client.get<corev1.ConfigMap>(Kinds.ConfigMap, web)).metadata?.deletionTimestamp).toBeDefined();
    await client.patch(Kinds.ConfigMap, web, 'merge', { metadata: { finalizers: null } });
    await expect(client.get(Kinds.ConfigMap, web)).rejects.toThrow('configmaps "web" not found');
  });

  it('binds each pod once', async () => {
    await client.create(Kinds.Pod, pod('web'));
    const binding = { metadata: web, target: { kind: 'Node', name: 'node-1' } };
    const [first] = await client.bindPods([binding]);
    expect(first?.status).toBe('Success');
    expect(await client.get<corev1.Pod>(Kinds.Pod, web)).toMatchObject({
      spec: { nodeName: 'node-1' },
      status: { conditions: [{ type: 'PodScheduled', status: 'True' }] },
    });
    const [second, missing] = await client.bindPods([binding, { metadata: { ...web, name: 'gone' }, target: {} }]);
    expect(second?.message).toBe(
      'Operation cannot be fulfilled on pods/binding "web": pod web is already assigned to node "node-1"',
    );
    expect(missing?.code).toBe(404);
  });

  it('selects by labels and fields', async () => {
    await client.create(Kinds.Pod, pod('web', { labels: { app: 'web' } }));
    await client.create(Kinds.Pod, pod('db', { labels: { app: 'db' }, spec: { nodeName: 'node-1', containers: [] } }));
    const names = async (options: { labelSelector?: string; fieldSelector?: string }): Promise<unknown[]> =>
      (await client.list(Kinds.Pod, options)).items.map(({ metadata }) => metadata?.name);
    expect(await names({ labelSelector: 'app in (web)' })).toEqual(['web']);
    expect(await names({ fieldSelector: 'spec.nodeName=node-1' })).toEqual(['db']);
  });

  it('shares objects that nobody can change', async () => {
    const made = await client.create(Kinds.ConfigMap, configMap('web', { a: '1' }));
    expect(() => Object.assign(made.data ?? {}, { a: '2' })).toThrow(TypeError);
  });
});
