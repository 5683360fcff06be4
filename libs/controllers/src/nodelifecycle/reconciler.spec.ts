import { Kinds } from '@skiff/contracts';
import { World } from '../testing/world';

describe('A node that falls silent', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.start([
      'node-lifecycle-controller',
      'taint-eviction-controller',
      'deployment-controller',
      'replicaset-controller',
      'pod-garbage-collector-controller',
    ]);
    await world.deploy('w', {
      replicas: 2,
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [{ name: 'c', image: 'v1' }],
          tolerations: [
            { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 20 },
            { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 20 },
          ],
        },
      },
    });
    await world.addNode('n2');
    await world.pass(10);
  });
  afterEach(() => world.stop());

  const taints = (name: string) =>
    (world.get(Kinds.Node, name).spec?.taints ?? []).map(({ key, effect }) => `${key}:${effect}`);

  it('counts as lost after the grace period, and its pods run elsewhere when they tolerate it no longer', async () => {
    world.kubelets.delete('n1');
    await world.pass(30);
    expect(taints('n1')).toEqual([]);
    await world.pass(20);
    expect(world.get(Kinds.Node, 'n1').status?.conditions).toContainEqual(
      expect.objectContaining({
        type: 'Ready',
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
      }),
    );
    expect(taints('n1')).toEqual([
      'node.kubernetes.io/unreachable:NoSchedule',
      'node.kubernetes.io/unreachable:NoExecute',
    ]);
    expect(world.events('n1')).toContain('Normal NodeNotReady Node n1 status is now: NodeNotReady');
    for (const pod of world.pods()) {
      expect(pod.status?.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'False' }));
      expect(world.events(pod.metadata?.name ?? '')).toEqual(['Warning NodeNotReady Node is not ready']);
    }
    const lost = world.pods();
    await world.pass(30);
    for (const { metadata } of lost) {
      const pod = world.get(Kinds.Pod, metadata?.name ?? '');
      expect(pod.metadata?.deletionTimestamp).toBeDefined();
      expect(pod.status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' }),
      );
      expect(world.events(metadata?.name ?? '')).toContain(
        `Normal TaintManagerEviction Marking for deletion Pod shop/${metadata?.name}`,
      );
    }
    expect(world.runningPods().map((pod) => pod.spec?.nodeName)).toEqual(['n2', 'n2']);
    await world.client.delete(Kinds.Node, { name: 'n1' });
    await world.pass(80);
    expect(world.pods().map((pod) => pod.spec?.nodeName)).toEqual(['n2', 'n2']);
  });

  it('loses no pod when it comes back in time', async () => {
    world.kubelets.delete('n1');
    await world.pass(50);
    expect(taints('n1')).toHaveLength(2);
    world.kubelets.add('n1');
    await world.heartbeat('n1');
    await world.pass(60);
    expect(taints('n1')).toEqual([]);
    expect(world.pods().map((pod) => pod.spec?.nodeName)).toEqual(['n1', 'n1']);
    expect(world.pods().every((pod) => pod.metadata?.deletionTimestamp === undefined)).toBe(true);
  });

  it('evicts nothing when every other node is silent too', async () => {
    world.kubelets.clear();
    await world.pass(300);
    expect(taints('n1')).toEqual(['node.kubernetes.io/unreachable:NoSchedule']);
    expect(world.pods().every((pod) => pod.metadata?.deletionTimestamp === undefined)).toBe(true);
  });

  it('is known to live by its Lease as well as by its status', async () => {
    world.kubelets.delete('n1');
    await world.client.create(Kinds.Lease, {
      metadata: { name: 'n1', namespace: 'kube-node-lease' },
      spec: { renewTime: '2026-01-01T00:00:00.000000Z' },
    });
    for (let second = 10; second <= 120; second += 10) {
      const renewTime = `2026-01-01T00:${String(1 + Math.floor(second / 60)).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}.000000Z`;
      await world.client.patch(Kinds.Lease, { namespace: 'kube-node-lease', name: 'n1' }, 'merge', {
        spec: { renewTime },
      });
      await world.pass(10);
    }
    expect(taints('n1')).toEqual([]);
  });
});
