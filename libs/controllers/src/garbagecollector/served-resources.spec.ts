import type { ApiObject } from '@skiff/apimachinery';
import { apiVersionOf, Kinds, type Kind, type metav1 } from '@skiff/contracts';
import { widgetKind, widgetResource } from '@skiff/testing';
import { World } from '../testing/world';

const widgets: Kind<ApiObject> = widgetKind('v1');

describe('The garbage of resources that come and go', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['garbage-collector-controller']);
  });
  afterEach(() => world.stop());

  const reference = (resource: Kind<ApiObject>, name: string, uid = ''): metav1.OwnerReference => ({
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    name,
    uid,
  });
  const create = async (resource: Kind<ApiObject>, name: string, ...ownerReferences: metav1.OwnerReference[]) => {
    const metadata = { name, namespace: 'shop', ownerReferences };
    const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
    const created = await world.client.create(resource, { ...type, metadata });
    return created.metadata?.uid;
  };
  const exists = (resource: Kind<ApiObject>, name: string): boolean =>
    world.client.peek(resource, `shop/${name}`) !== undefined;
  const remove = async (resource: Kind<ApiObject>, name: string): Promise<void> => {
    await world.client.delete(resource, { namespace: 'shop', name }, { propagationPolicy: 'Background' });
    await world.settle();
  };

  const serve = (): (() => void) => world.api.install(widgetResource(widgets));

  it('is collected once they are served: what owns, and what is owned', async () => {
    serve();
    const widget = await create(widgets, 'owner');
    const map = await create(Kinds.ConfigMap, 'map', reference(widgets, 'owner', widget));
    await create(widgets, 'part', reference(Kinds.ConfigMap, 'map', map));
    await world.pass(30);
    expect(exists(widgets, 'part')).toBe(true);
    await remove(widgets, 'owner');
    expect(exists(Kinds.ConfigMap, 'map')).toBe(false);
    expect(exists(widgets, 'part')).toBe(false);
  });

  it('is left alone until the kind of its owner is served, and judged then', async () => {
    await create(Kinds.ConfigMap, 'map', reference(widgets, 'never', 'no-such-uid'));
    await world.pass(60);
    expect(exists(Kinds.ConfigMap, 'map')).toBe(true);
    serve();
    await world.pass(30);
    expect(exists(Kinds.ConfigMap, 'map')).toBe(false);
  });

  it('is left alone when its resource has gone, and collected when that is back', async () => {
    const withdraw = serve();
    await world.pass(30);
    const owner = await create(Kinds.ConfigMap, 'owner');
    await create(widgets, 'part', reference(Kinds.ConfigMap, 'owner', owner));
    await world.settle();
    withdraw();
    await world.pass(30);
    const calls: string[] = [];
    world.client.intercept = ({ verb, kind }) => {
      if (kind.kind === 'Widget') calls.push(verb);
    };
    await world.pass(60);
    expect(calls).toEqual([]);
    serve();
    await create(widgets, 'other');
    await world.pass(30);
    await remove(Kinds.ConfigMap, 'owner');
    expect(exists(widgets, 'part')).toBe(false);
    expect(exists(widgets, 'other')).toBe(true);
  });

  it('is collected while another group cannot be discovered', async () => {
    world.client.failDiscovery('metrics.example.com/v1', 'stale GroupVersion discovery: metrics.example.com/v1');
    serve();
    await world.pass(30);
    const owner = await create(widgets, 'owner');
    await create(Kinds.ConfigMap, 'map', reference(widgets, 'owner', owner));
    await world.settle();
    world.client.failDiscovery('example.com/v1', 'stale GroupVersion discovery: example.com/v1');
    await world.pass(30);
    await remove(widgets, 'owner');
    expect(exists(Kinds.ConfigMap, 'map')).toBe(false);
  });
});
