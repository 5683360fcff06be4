import { Kinds, type policyv1, type rbacv1 } from '@skiff/contracts';
import { template, World } from '../testing/world';

describe('A PodDisruptionBudget', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start([
      'disruption-controller',
      'deployment-controller',
      'replicaset-controller',
      'clusterrole-aggregation-controller',
    ]);
  });
  afterEach(() => world.stop());

  async function budget(spec: policyv1.PodDisruptionBudgetSpec): Promise<void> {
    await world.client.create<policyv1.PodDisruptionBudget>(Kinds.PodDisruptionBudget, {
      metadata: { name: 'b', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
    });
    await world.settle();
  }

  it('allows as many evictions as healthy pods are above the minimum', async () => {
    await world.deploy('w', { replicas: 4 });
    await budget({ minAvailable: 3 });
    expect(world.get(Kinds.PodDisruptionBudget, 'b').status).toMatchObject({
      currentHealthy: 4,
      desiredHealthy: 3,
      expectedPods: 4,
      disruptionsAllowed: 1,
      conditions: [{ type: 'DisruptionAllowed', status: 'True', reason: 'SufficientPods' }],
    });
  });

  it('takes percentages of what the pods of a Deployment should be', async () => {
    await world.deploy('w', { replicas: 4 });
    await budget({ maxUnavailable: '50%' });
    expect(world.get(Kinds.PodDisruptionBudget, 'b').status).toMatchObject({
      desiredHealthy: 2,
      disruptionsAllowed: 2,
    });
    const [pod] = world.pods();
    if (!pod) throw new Error('there is no pod');
    await world.report(pod, 'Running', false);
    await world.settle();
    expect(world.get(Kinds.PodDisruptionBudget, 'b').status).toMatchObject({
      currentHealthy: 3,
      disruptionsAllowed: 1,
    });
  });

  it('allows none while pods are not ready', async () => {
    await world.deploy('w', { replicas: 2, template: template('broken') });
    await budget({ minAvailable: 1 });
    const { status } = world.get(Kinds.PodDisruptionBudget, 'b');
    expect(status?.disruptionsAllowed ?? 0).toBe(0);
    expect(status?.conditions).toMatchObject([
      { type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods' },
    ]);
  });

  it('and its neighbour, an aggregated role, gathers the rules of the roles that it selects', async () => {
    const role = (name: string, labels: { [key: string]: string }, resource: string): rbacv1.ClusterRole => ({
      metadata: { name, labels },
      rules: [{ apiGroups: [''], resources: [resource], verbs: ['get'] }],
    });
    await world.client.create<rbacv1.ClusterRole>(Kinds.ClusterRole, {
      metadata: { name: 'viewer' },
      aggregationRule: { clusterRoleSelectors: [{ matchLabels: { 'to-view': 'true' } }] },
      rules: [],
    });
    await world.client.create(Kinds.ClusterRole, role('b', { 'to-view': 'true' }, 'pods'));
    await world.client.create(Kinds.ClusterRole, role('a', { 'to-view': 'true' }, 'services'));
    await world.client.create(Kinds.ClusterRole, role('c', {}, 'secrets'));
    await world.settle();
    await world.pass(1);
    expect(world.get(Kinds.ClusterRole, 'viewer').rules?.map(({ resources }) => resources)).toEqual([
      ['services'],
      ['pods'],
    ]);
  });
});
