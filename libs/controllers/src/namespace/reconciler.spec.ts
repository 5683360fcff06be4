import type { Verb } from '@skiff/apimachinery';
import { Kinds, type corev1 } from '@skiff/contracts';
import { widgetKind, widgetResource } from '@skiff/testing';
import { World } from '../testing/world';

const widgets = widgetKind('v1');
const widget = { apiVersion: 'example.com/v1', kind: 'Widget' };

describe('Namespaces in a cluster', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(
      ['namespace-controller', 'serviceaccount-controller', 'root-ca-certificate-publisher-controller'],
      { rootCa: 'PEM' },
    );
  });
  afterEach(() => world.stop());

  it('get a default ServiceAccount and the CA, again when they are taken away', async () => {
    expect(world.get(Kinds.ServiceAccount, 'default')).toBeDefined();
    expect(world.get(Kinds.ConfigMap, 'kube-root-ca.crt').data).toEqual({ 'ca.crt': 'PEM' });
    await world.client.delete(Kinds.ServiceAccount, { namespace: 'shop', name: 'default' });
    await world.client.patch(Kinds.ConfigMap, { namespace: 'shop', name: 'kube-root-ca.crt' }, 'merge', {
      data: { 'ca.crt': 'evil' },
    });
    await world.settle();
    expect(world.get(Kinds.ServiceAccount, 'default')).toBeDefined();
    expect(world.get(Kinds.ConfigMap, 'kube-root-ca.crt').data).toEqual({ 'ca.crt': 'PEM' });
  });

  it('are emptied, pods first, and then go', async () => {
    await world.deploy('w');
    await world.client.create<corev1.Pod>(Kinds.Pod, {
      metadata: { name: 'p', namespace: 'shop' },
      spec: { containers: [{ name: 'c', image: 'v1' }] },
    });
    await world.settle();
    await world.client.delete(Kinds.Namespace, { name: 'shop' });
    world.invariant = () => {
      if (world.pods().length > 0) expect(world.client.peek(Kinds.ConfigMap, 'shop/kube-root-ca.crt')).toBeDefined();
    };
    await world.settle();
    await world.pass(10);
    expect(world.client.peek(Kinds.Namespace, 'shop')).toBeUndefined();
    expect(world.client.peekAll(Kinds.Deployment)).toEqual([]);
    expect(world.client.peekAll(Kinds.ConfigMap, 'shop')).toEqual([]);
  });

  it('say what holds them up', async () => {
    await world.client.create<corev1.ConfigMap>(Kinds.ConfigMap, {
      metadata: { name: 'm', namespace: 'shop', finalizers: ['example.com/keep'] },
    });
    await world.client.delete(Kinds.Namespace, { name: 'shop' });
    await world.settle();
    expect(world.get(Kinds.Namespace, 'shop').status).toMatchObject({ phase: 'Terminating' });
    const conditions = world.get(Kinds.Namespace, 'shop').status?.conditions ?? [];
    expect(conditions.map(({ type, status, reason, message }) => [type, status, reason, message])).toEqual([
      ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'],
      [
        'NamespaceDeletionGroupVersionParsingFailure',
        'False',
        'ParsedGroupVersions',
        'All legacy kube types successfully parsed',
      ],
      [
        'NamespaceDeletionContentFailure',
        'False',
        'ContentDeleted',
        'All content successfully deleted, may be waiting on finalization',
      ],
      [
        'NamespaceContentRemaining',
        'True',
        'SomeResourcesRemain',
        'Some resources are remaining: configmaps. has 1 resource instances',
      ],
      [
        'NamespaceFinalizersRemaining',
        'True',
        'SomeFinalizersRemain',
        'Some content in the namespace has finalizers remaining: example.com/keep in 1 resource instances',
      ],
    ]);
    await world.client.patch(Kinds.ConfigMap, { namespace: 'shop', name: 'm' }, 'merge', {
      metadata: { finalizers: null },
    });
    await world.pass(10);
    expect(world.client.peek(Kinds.Namespace, 'shop')).toBeUndefined();
  });

  it.each<[string, Verb[] | undefined]>([
    ['at once', undefined],
    ['one by one', ['create', 'delete', 'get', 'list', 'watch']],
  ])('are emptied of objects of resources that are not built in, %s', async (_how, verbs) => {
    world.api.install(widgetResource(widgets, verbs));
    const collections: string[] = [];
    for (const name of ['a', 'b'])
      await world.client.create(widgets, { ...widget, metadata: { name, namespace: 'shop' } });
    world.client.intercept = ({ verb, kind, name }) => {
      if (verb === 'delete' && name === undefined) collections.push(kind.plural);
    };
    await world.client.delete(Kinds.Namespace, { name: 'shop' });
    await world.settle();
    expect(world.client.peekAll(widgets)).toEqual([]);
    expect(collections.includes('widgets')).toBe(verbs === undefined);
  });

  it('stay as long as the resources of a group are not known, though they are emptied of the others', async () => {
    const stale = 'stale GroupVersion discovery: example.com/v1';
    world.api.install(widgetResource(widgets));
    world.client.failDiscovery('example.com/v1', stale);
    await world.client.create(widgets, { ...widget, metadata: { name: 'w', namespace: 'shop' } });
    await world.client.delete(Kinds.Namespace, { name: 'shop' });
    await world.pass(60);
    expect(world.client.peekAll(Kinds.ConfigMap, 'shop')).toEqual([]);
    expect(world.get(Kinds.Namespace, 'shop').status?.conditions?.[0]).toMatchObject({
      type: 'NamespaceDeletionDiscoveryFailure',
      status: 'True',
      reason: 'DiscoveryFailed',
      message: `Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: example.com/v1: ${stale}`,
    });
    world.client.failDiscovery('example.com/v1', undefined);
    await world.pass(120);
    expect(world.client.peekAll(widgets)).toEqual([]);
    expect(world.client.peek(Kinds.Namespace, 'shop')).toBeUndefined();
  });
});
