import type { ApiObject } from '@skiff/apimachinery';
import { Kinds, type Kind } from '@skiff/contracts';
import { World } from '../testing/world';
import type { WithConditions } from './plan';

const autoscaler = { scaleTargetRef: { kind: 'Deployment', name: 'w', apiVersion: 'apps/v1' }, maxReplicas: 2 };
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };

describe('Objects that have no effect', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['unsupported-features-controller']);
  });
  afterEach(() => world.stop());

  async function create(kind: Kind<ApiObject>, object: object = {}): Promise<void> {
    const metadata = { name: 'x', ...(kind.namespaced && { namespace: 'shop' }) };
    await world.client.create<ApiObject>(kind, { metadata, ...object });
    await world.settle();
  }
  const conditions = (kind: Kind<ApiObject>) => (world.get(kind, 'x') as WithConditions).status?.conditions ?? [];

  it.each<[string, Kind<ApiObject>, object, string]>([
    ['a HorizontalPodAutoscaler', Kinds.HorizontalPodAutoscaler, { spec: autoscaler }, 'ScalingActive'],
    ['a further ServiceCIDR', Kinds.ServiceCIDR, { spec: { cidrs: ['10.97.0.0/16'] } }, 'Ready'],
  ])('say so in a condition: %s', async (_what, kind, object, type) => {
    await create(kind, object);
    expect(conditions(kind)).toMatchObject([{ type, status: 'False', reason: 'NotSupported' }]);
    const { version } = world.client;
    await world.pass(60);
    expect(world.client.version - version).toBeLessThanOrEqual(6);
  });

  it('keep the other conditions that somebody gave them', async () => {
    await create(Kinds.HorizontalPodAutoscaler, { spec: autoscaler });
    const status = { conditions: [{ type: 'AbleToScale', status: 'True' }] };
    const key = { namespace: 'shop', name: 'x' };
    await world.client.patch(Kinds.HorizontalPodAutoscaler, key, 'merge', { status }, { subresource: 'status' });
    await world.settle();
    expect(conditions(Kinds.HorizontalPodAutoscaler).map(({ type }) => type)).toEqual(['AbleToScale', 'ScalingActive']);
  });

  it.each<[string, Kind<ApiObject>, object, string]>([
    ['a NetworkPolicy', Kinds.NetworkPolicy, {}, 'NotEnforced'],
    ['a PersistentVolumeClaim', Kinds.PersistentVolumeClaim, { spec: claim }, 'FailedBinding'],
    ['a MutatingAdmissionPolicyBinding', Kinds.MutatingAdmissionPolicyBinding, {}, 'PolicyNotEvaluated'],
  ])('say so in an event, once: %s', async (_what, kind, object, reason) => {
    await create(kind, object);
    const key = { name: 'x', ...(kind.namespaced && { namespace: 'shop' }) };
    await world.client.patch(kind, key, 'merge', { metadata: { labels: { a: 'b' } } });
    await world.settle();
    expect(world.events('x').map((event) => event.split(' ').slice(0, 2))).toEqual([['Warning', reason]]);
  });
});
