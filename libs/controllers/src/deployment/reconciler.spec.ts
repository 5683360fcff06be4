import { Kinds, type appsv1 } from '@skiff/contracts';
import { template, World } from '../testing/world';

describe('Deployments in a cluster', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['deployment-controller', 'replicaset-controller', 'garbage-collector-controller']);
  });
  afterEach(() => world.stop());

  const only = (): appsv1.ReplicaSet => {
    const [replicaSet] = world.client.peekAll(Kinds.ReplicaSet);
    if (!replicaSet) throw new Error('there is no ReplicaSet');
    return replicaSet;
  };

  it('become available, and say so as recorded from the original', async () => {
    await world.deploy('w');
    const name = only().metadata?.name;
    const deployment = world.get(Kinds.Deployment, 'w');
    expect(deployment.metadata?.annotations).toEqual({ 'deployment.kubernetes.io/revision': '1' });
    expect(deployment.status).toMatchObject({
      observedGeneration: 1,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      availableReplicas: 2,
      conditions: [
        {
          type: 'Available',
          status: 'True',
          reason: 'MinimumReplicasAvailable',
          message: 'Deployment has minimum availability.',
        },
        {
          type: 'Progressing',
          status: 'True',
          reason: 'NewReplicaSetAvailable',
          message: `ReplicaSet "${name}" has successfully progressed.`,
        },
      ],
    });
    expect(only()).toMatchObject({
      metadata: {
        annotations: {
          'deployment.kubernetes.io/desired-replicas': '2',
          'deployment.kubernetes.io/max-replicas': '3',
          'deployment.kubernetes.io/revision': '1',
        },
      },
      status: { replicas: 2, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 2, observedGeneration: 1 },
    });
    expect(world.events('w')).toEqual([`Normal ScalingReplicaSet Scaled up replica set ${name} from 0 to 2`]);
    const created = world.pods().map((pod) => `Normal SuccessfulCreate Created pod: ${pod.metadata?.name}`);
    expect(world.events(name ?? '').sort()).toEqual(created.sort());
  });

  it('roll out a second version without ever too few or too many pods', async () => {
    await world.deploy('w', { replicas: 4 });
    const first = only().metadata?.name;
    world.invariant = () => {
      const running = world.runningPods().length;
      const present = world.pods().filter((pod) => pod.metadata?.deletionTimestamp === undefined).length;
      expect(running).toBeGreaterThanOrEqual(3);
      expect(present).toBeLessThanOrEqual(5);
    };
    await world.change(Kinds.Deployment, 'w', { template: template('v2') });
    const second = world.client.peekAll(Kinds.ReplicaSet).find((set) => set.metadata?.name !== first)?.metadata?.name;
    expect(world.runningPods().map((pod) => pod.spec?.containers?.[0]?.image)).toEqual(['v2', 'v2', 'v2', 'v2']);
    expect(world.events('w').slice(0, 3)).toEqual([
      `Normal ScalingReplicaSet Scaled up replica set ${first} from 0 to 4`,
      `Normal ScalingReplicaSet Scaled up replica set ${second} from 0 to 1`,
      `Normal ScalingReplicaSet Scaled down replica set ${first} from 4 to 3`,
    ]);
    expect(world.get(Kinds.Deployment, 'w').metadata?.annotations).toEqual({
      'deployment.kubernetes.io/revision': '2',
    });
  });

  it('report a rollout that does not progress once its deadline has passed', async () => {
    await world.deploy('w', { progressDeadlineSeconds: 60 });
    await world.change(Kinds.Deployment, 'w', { template: template('broken') });
    await world.pass(70);
    expect(world.get(Kinds.Deployment, 'w').status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }),
    );
    expect(world.runningPods().filter((pod) => pod.spec?.containers?.[0]?.image === 'v1')).toHaveLength(2);
  });

  it('say when their pods cannot be created', async () => {
    world.client.intercept = ({ verb, kind }) => {
      if (verb === 'create' && kind.kind === 'Pod') throw new Error('exceeded quota');
    };
    await world.deploy('w');
    expect(world.get(Kinds.Deployment, 'w').status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'ReplicaFailure',
        status: 'True',
        reason: 'FailedCreate',
        message: 'exceeded quota',
      }),
    );
    world.client.intercept = () => undefined;
    await world.pass(10);
    expect(world.get(Kinds.Deployment, 'w').status?.conditions?.map(({ type }) => type)).toEqual([
      'Available',
      'Progressing',
    ]);
    expect(world.runningPods()).toHaveLength(2);
  });

  it('adopt a ReplicaSet that their selector matches, and let go of one that it no longer does', async () => {
    await world.client.create<appsv1.ReplicaSet>(Kinds.ReplicaSet, {
      metadata: { name: 'orphan', namespace: 'shop', labels: { app: 'web' } },
      spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: template() },
    });
    await world.deploy('w');
    expect(only().metadata).toMatchObject({ name: 'orphan', ownerReferences: [{ kind: 'Deployment', name: 'w' }] });
    await world.client.patch(Kinds.ReplicaSet, { namespace: 'shop', name: 'orphan' }, 'merge', {
      metadata: { labels: { app: 'other' } },
    });
    await world.settle();
    expect(world.get(Kinds.ReplicaSet, 'orphan').metadata?.ownerReferences).toBeUndefined();
    expect(world.client.peekAll(Kinds.ReplicaSet)).toHaveLength(2);
  });

  it('take their ReplicaSets and pods along when deleted', async () => {
    await world.deploy('w');
    await world.client.delete(Kinds.Deployment, { namespace: 'shop', name: 'w' }, { propagationPolicy: 'Background' });
    await world.settle();
    expect(world.client.peekAll(Kinds.ReplicaSet)).toEqual([]);
    expect(world.pods()).toEqual([]);
  });
});
