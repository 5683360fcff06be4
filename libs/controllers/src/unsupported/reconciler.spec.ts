import type { ApiObject } from '@skiff/apimachinery';
import { Kinds, type Kind } from '@skiff/contracts';
import { World } from '../testing/world';
import type { WithConditions } from './plan';

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
    ['a CustomResourceDefinition', Kinds.CustomResourceDefinition, {}, 'Established'],
    ['an APIService of another server', Kinds.APIService, { spec: { service: { name: 's' } } }, 'Available'],
    ['a HorizontalPodAutoscaler', Kinds.HorizontalPodAutoscaler, {}, 'ScalingActive'],
    ['a ValidatingAdmissionPolicy', Kinds.ValidatingAdmissionPolicy, {}, 'Evaluated'],
    ['a further ServiceCIDR', Kinds.ServiceCIDR, { spec: { cidrs: ['10.97.0.0/16'] } }, 'Ready'],
  ])('say so in a condition: %s', async (_what, kind, object, type) => {
    await create(kind, object);
    expect(conditions(kind)).toMatchObject([{ type, status: 'False', reason: 'NotSupported' }]);
    const { version } = world.client;
    await world.pass(60);
    expect(world.client.version - version).toBeLessThanOrEqual(6);
  });

  it('keep the other conditions that somebody gave them', async () => {
    await create(Kinds.HorizontalPodAutoscaler, { status: { conditions: [{ type: 'AbleToScale', status: 'True' }] } });
    expect(conditions(Kinds.HorizontalPodAutoscaler).map(({ type }) => type)).toEqual(['AbleToScale', 'ScalingActive']);
  });

  it.each<[string, Kind<ApiObject>, string]>([
    ['a NetworkPolicy', Kinds.NetworkPolicy, 'NotEnforced'],
    ['a PersistentVolumeClaim', Kinds.PersistentVolumeClaim, 'FailedBinding'],
    ['a ValidatingWebhookConfiguration', Kinds.ValidatingWebhookConfiguration, 'WebhooksNotCalled'],
    ['a MutatingWebhookConfiguration', Kinds.MutatingWebhookConfiguration, 'WebhooksNotCalled'],
    ['a ValidatingAdmissionPolicyBinding', Kinds.ValidatingAdmissionPolicyBinding, 'PolicyNotEvaluated'],
  ])('say so in an event, once: %s', async (_what, kind, reason) => {
    await create(kind);
    const key = { name: 'x', ...(kind.namespaced && { namespace: 'shop' }) };
    await world.client.patch(kind, key, 'merge', { metadata: { labels: { a: 'b' } } });
    await world.settle();
    expect(world.events('x').map((event) => event.split(' ').slice(0, 2))).toEqual([['Warning', reason]]);
  });

  it('are those alone: an APIService that the API server itself stands behind is available', async () => {
    await create(Kinds.APIService, { spec: { group: 'apps', version: 'v1' } });
    expect(conditions(Kinds.APIService)).toEqual([]);
  });
});
