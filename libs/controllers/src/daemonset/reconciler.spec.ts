import { Kinds, type appsv1 } from '@skiff/contracts';
import { template, World } from '../testing/world';

describe('A DaemonSet', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start(['daemonset-controller']);
    // Stands in for the scheduler, which binds each pod to the node that it is pinned to.
    world.place = (pod) =>
      pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms?.[0]
        ?.matchFields?.[0]?.values?.[0];
    await world.addNode('n2', { disk: 'ssd' });
    await world.client.create<appsv1.DaemonSet>(Kinds.DaemonSet, {
      metadata: { name: 'w', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } }, template: template() },
    });
    await world.settle();
  });
  afterEach(() => world.stop());

  const placed = () =>
    world
      .runningPods()
      .map((pod) => `${pod.spec?.nodeName} ${pod.spec?.containers?.[0]?.image}`)
      .sort();

  it('runs one pod on every node, new ones included', async () => {
    expect(placed()).toEqual(['n1 v1', 'n2 v1']);
    await world.addNode('n3');
    await world.settle();
    expect(placed()).toEqual(['n1 v1', 'n2 v1', 'n3 v1']);
    expect(world.get(Kinds.DaemonSet, 'w').status).toMatchObject({
      currentNumberScheduled: 3,
      desiredNumberScheduled: 3,
      numberAvailable: 3,
      numberReady: 3,
      updatedNumberScheduled: 3,
    });
  });

  it('keeps to the nodes that its template selects, and leaves the others', async () => {
    await world.change(Kinds.DaemonSet, 'w', { template: { spec: { nodeSelector: { disk: 'ssd' } } } });
    expect(placed()).toEqual(['n2 v1']);
    expect(world.get(Kinds.DaemonSet, 'w').status).toMatchObject({ desiredNumberScheduled: 1 });
  });

  it('rolls out a new template with no more than one node without', async () => {
    world.invariant = () => expect(world.runningPods().length).toBeGreaterThanOrEqual(1);
    await world.change(Kinds.DaemonSet, 'w', { template: template('v2') });
    expect(placed()).toEqual(['n1 v2', 'n2 v2']);
    expect(world.client.peekAll(Kinds.ControllerRevision).map(({ revision }) => revision)).toEqual([1, 2]);
    await world.change(Kinds.DaemonSet, 'w', { template: template('v1') });
    expect(world.client.peekAll(Kinds.ControllerRevision).map(({ revision }) => revision)).toEqual([3, 2]);
  });

  it('replaces a pod that has ended', async () => {
    const [pod] = world.pods();
    if (!pod) throw new Error('there is no pod');
    await world.report(pod, 'Failed', false);
    await world.settle();
    expect(placed()).toEqual(['n1 v1', 'n2 v1']);
    expect(world.events('w')).toContain(
      `Warning FailedDaemonPod Found failed daemon pod shop/${pod.metadata?.name} on node ${pod.spec?.nodeName}, will try to kill it`,
    );
  });
});
