import { serviceUnavailable } from '@skiff/apimachinery';
import type { Client } from '@skiff/client';
import { Kinds, type corev1 } from '@skiff/contracts';
import { configMap, eventually, FakeClock, widgetKind, widgetResource } from '@skiff/testing';
import { startTestApi, type TestApi } from './index';

describe('an API server for tests', () => {
  let api: TestApi;

  beforeEach(async () => {
    api = await startTestApi(new FakeClock('2026-01-01T00:00:00Z'));
  });
  afterEach(() => api.stop());

  it('checks what it is given, and tells the time by the clock of the test', async () => {
    await expect(api.client.create<corev1.Pod>(Kinds.Pod, { metadata: { namespace: 'default' } })).rejects.toThrow(
      'name or generateName is required',
    );
    const made = await api.client.create(Kinds.ConfigMap, configMap('web', { a: '1' }));
    expect(made.metadata?.creationTimestamp).toBe('2026-01-01T00:00:00Z');
  });

  it('shows what is stored without a request', async () => {
    const made = await api.client.create(Kinds.ConfigMap, configMap('web', { a: '1' }));
    expect(api.client.peek(Kinds.ConfigMap, 'default/web')).toEqual(made);
    expect(api.client.peekAll(Kinds.ConfigMap, 'default')).toEqual([made]);
    expect(api.client.version).toBeGreaterThanOrEqual(Number(made.metadata?.resourceVersion));
  });

  it('lets others do what they may', async () => {
    const nobody = api.clientOf({ name: 'nobody' });
    await expect(nobody.list(Kinds.Secret)).rejects.toThrow('secrets is forbidden: User "nobody" cannot list');
  });

  it('serves a resource for a while', async () => {
    const widgets = widgetKind('v1');
    const end = api.install(widgetResource(widgets));
    const object = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { namespace: 'default', name: 'w' } };
    await api.client.create(widgets, object);
    expect(api.client.peek(widgets, 'default/w')).toMatchObject(object);
    end();
    await expect(api.client.list(widgets)).rejects.toThrow('the server could not find the requested resource');
  });

  it('loses calls and watches when a test wants it', async () => {
    api.client.intercept = ({ verb, name }) => {
      if (verb === 'get' && name === 'web') throw serviceUnavailable('no connection');
    };
    await expect(api.client.get(Kinds.ConfigMap, { namespace: 'default', name: 'web' })).rejects.toThrow('connection');
    const seen: string[] = [];
    const watching = (async () => {
      for await (const event of api.client.watch(Kinds.ConfigMap)) seen.push(event.type);
    })();
    await eventually(() => expect(seen).toContain('ADDED'));
    api.client.breakWatches(serviceUnavailable('the connection is lost'));
    await expect(watching).rejects.toThrow('the connection is lost');
  });

  it('leaves the next test nothing of what it was asked', async () => {
    const { client } = api;
    const fresh = await everything(client);
    await client.create(Kinds.ConfigMap, configMap('web', { a: '1' }));
    await client.delete(Kinds.ClusterRoleBinding, { name: 'cluster-admin' });
    await client.patch(Kinds.Namespace, { name: 'default' }, 'merge', { metadata: { labels: { a: '1' } } });
    await client.patch(Kinds.ClusterRole, { name: 'view' }, 'merge', { metadata: { labels: { a: '1' } } });
    api.install(widgetResource(widgetKind('v1')));
    const ports = [{ port: 80, nodePort: 30_080 }];
    const service = { metadata: { namespace: 'default', name: 'web' }, spec: { type: 'NodePort', ports } };
    await client.create<corev1.Service>(Kinds.Service, service);
    await api.stop();
    api = await startTestApi(new FakeClock('2027-01-01T00:00:00Z'));
    expect(await everything(api.client)).toEqual(fresh);
    await expect(api.client.list(widgetKind('v1'))).rejects.toThrow('could not find the requested resource');
    const again = await api.client.create<corev1.Service>(Kinds.Service, service);
    expect(again.metadata?.creationTimestamp).toBe('2027-01-01T00:00:00Z');
  });

  it('answers no client of a test that is over, and ends its watches', async () => {
    const { client } = api;
    const watching = (async () => {
      for await (const event of client.watch(Kinds.Namespace)) expect(event.type).toBe('ADDED');
    })();
    const late = client.create(Kinds.ConfigMap, configMap('late'));
    await api.stop();
    await Promise.all([watching, late]);
    await expect(client.list(Kinds.ConfigMap)).rejects.toThrow('the test is over');
    api = await startTestApi(new FakeClock());
    expect(api.client.peek(Kinds.ConfigMap, 'default/late')).toBeUndefined();
  });

  it('is one of several that know nothing of each other', async () => {
    const other = await startTestApi(new FakeClock());
    await other.client.create(Kinds.ConfigMap, configMap('web'));
    await expect(api.client.get(Kinds.ConfigMap, { namespace: 'default', name: 'web' })).rejects.toThrow('not found');
    await other.stop();
  });
});

/** All objects but for their versions. */
async function everything(client: Client): Promise<unknown[]> {
  const { resources } = await client.discover();
  const listed = resources.filter(({ verbs }) => verbs.includes('list'));
  const lists = await Promise.all(listed.map(({ resource }) => client.list(resource)));
  return lists.flatMap(({ items }) =>
    items.map(({ metadata, ...rest }) => [{ ...metadata, resourceVersion: '' }, rest]),
  );
}
