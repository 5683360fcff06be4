import type { corev1 } from '@skiff/contracts';
import { systemClock } from '@skiff/platform';
import { testNode, testPod } from '../../engine/testing';
import { CycleState } from '../../framework/cycle-state';
import type { ObjectReader } from '../../framework/plugin';
import { ClusterState } from '../../snapshot/cluster-state';
import { toPodInfo } from '../../snapshot/pod-info';
import { VolumeBinding } from './plugin';

type Claim = corev1.PersistentVolumeClaim;

const bound = (volumeName: string): Claim => ({
  metadata: { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
  spec: { volumeName },
});
const claims: Record<string, Claim> = {
  unbound: { spec: {} },
  'half-bound': { spec: { volumeName: 'anywhere' } },
  delayed: { spec: { storageClassName: 'late' } },
  lost: { spec: { volumeName: 'gone' }, status: { phase: 'Lost' } },
  leaving: { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' }, spec: { volumeName: 'anywhere' } },
  anywhere: bound('anywhere'),
  here: bound('here'),
  elsewhere: bound('elsewhere'),
  'without-volume': bound('gone'),
};
const onlyOn = (zone: string): corev1.PersistentVolume => ({
  spec: {
    nodeAffinity: {
      required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: [zone] }] }] },
    },
  },
});
const volumes: Record<string, corev1.PersistentVolume> = {
  anywhere: { spec: {} },
  here: onlyOn('a'),
  elsewhere: onlyOn('b'),
};
const objects: ObjectReader = {
  services: () => [],
  controllerSelector: () => undefined,
  persistentVolumeClaim: (_namespace, name) => claims[name],
  persistentVolume: (name) => volumes[name],
  storageClassBindingMode: (name) => (name === 'late' ? 'WaitForFirstConsumer' : 'Immediate'),
  disruptionBudgets: () => [],
};

/** What the plugin says of a pod with these volumes on a node in zone a. */
function judge(podVolumes: corev1.Volume[]): string {
  const state = new ClusterState();
  state.setNode(testNode('n', { labels: { zone: 'a' } }));
  const context = { state, objects, clock: systemClock, random: () => 0, bindPod: () => Promise.resolve() };
  const plugin = new VolumeBinding(context);
  const cycle = new CycleState();
  const pod = toPodInfo(testPod('p', { spec: { volumes: podVolumes } }));
  const before = plugin.preFilter(cycle, pod);
  if (before.kind === 'reject') return `everywhere: ${before.rejection.reasons.join(', ')}`;
  if (before.kind === 'skip') return 'skipped';
  const [node] = state.nodes;
  if (!node) throw new Error('no node');
  return plugin.filter(cycle, pod, node)?.reasons.join(', ') ?? 'fits';
}

const claim = (claimName: string): corev1.Volume => ({ name: 'v', persistentVolumeClaim: { claimName } });

describe('volume binding', () => {
  it.each<[string, corev1.Volume[], string]>([
    ['no claim', [{ name: 'v', emptyDir: {} }], 'skipped'],
    ['a missing claim', [claim('none')], 'everywhere: persistentvolumeclaim "none" not found'],
    [
      'an ephemeral claim that is not made yet',
      [{ name: 'v', ephemeral: {} }],
      'everywhere: waiting for ephemeral volume controller to create the persistentvolumeclaim "p-v"',
    ],
    ['a claim being deleted', [claim('leaving')], 'everywhere: persistentvolumeclaim "leaving" is being deleted'],
    [
      'a claim whose volume was lost',
      [claim('lost')],
      'everywhere: persistentvolumeclaim "lost" bound to non-existent persistentvolume "gone"',
    ],
    ['an unbound claim', [claim('unbound')], 'everywhere: pod has unbound immediate PersistentVolumeClaims'],
    [
      'a claim not bound for good',
      [claim('half-bound')],
      'everywhere: pod has unbound immediate PersistentVolumeClaims',
    ],
    [
      'an unbound claim beside one that waits for its consumer',
      [claim('delayed'), claim('unbound')],
      'everywhere: pod has unbound immediate PersistentVolumeClaims',
    ],
    [
      'a claim that waits for its consumer',
      [claim('delayed')],
      "everywhere: node(s) didn't find available persistent volumes to bind",
    ],
    ['a bound claim', [claim('anywhere')], 'fits'],
    ['volumes that the node reaches', [claim('here'), claim('anywhere')], 'fits'],
    [
      'a volume of another zone',
      [claim('here'), claim('elsewhere')],
      "node(s) didn't match PersistentVolume's node affinity",
    ],
    [
      'a bound claim without its volume',
      [claim('without-volume')],
      'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)',
    ],
  ])('%s', (_name, podVolumes, expected) => {
    expect(judge(podVolumes)).toBe(expected);
  });
});
