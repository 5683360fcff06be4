import type { corev1 } from '@skiff/contracts';
import { systemClock } from '@skiff/platform';
import { defaultProfile } from '../config/scheduler-config';
import type { ObjectReader } from '../framework/plugin';
import { runCycle } from '../engine/cycle';
import { Nominations } from '../engine/nominations';
import { buildProfile } from '../engine/profile';
import { testNode, testPod } from '../engine/testing';
import { ClusterState } from '../snapshot/cluster-state';
import { toPodInfo } from '../snapshot/pod-info';

const objects: ObjectReader = {
  services: () => [],
  controllerSelector: () => undefined,
  persistentVolumeClaim: (_namespace, name) => (name === 'unbound' ? { spec: {} } : undefined),
  persistentVolume: () => undefined,
  storageClassBindingMode: () => undefined,
  disruptionBudgets: () => [],
};

/** What becomes of a pod on one node with these pods: its name, or the message without preemption. */
function decide(pod: corev1.Pod, node = testNode('n'), placed: readonly corev1.Pod[] = []): string {
  const state = new ClusterState();
  state.setNode(node);
  for (const other of placed) state.addPod(toPodInfo(other), 'n');
  const random = (): number => 0;
  const context = { state, objects, clock: systemClock, random, bindPod: () => Promise.resolve() };
  const profile = buildProfile(
    { ...defaultProfile, plugins: { postFilter: { enabled: [], disabled: ['*'] } } },
    context,
  );
  const input = { state, nominations: new Nominations(), random, percentageOfNodesToScore: 0, cursor: 0 };
  const outcome = runCycle(profile, input, toPodInfo(pod));
  return outcome.kind === 'chosen' ? outcome.node : outcome.message;
}

const none = (reason: string): string => `0/1 nodes are available: ${reason}.`;
const tainted = testNode('n', { spec: { taints: [{ key: 'k', value: 'v', effect: 'NoExecute' }] } });
const hostPort = (hostIP?: string): Partial<corev1.PodSpec> => ({
  containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort: 80, ...(hostIP ? { hostIP } : {}) }] }],
});
const nodeTerm = (key: string, operator: string, values: string[]): Partial<corev1.PodSpec> => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
      },
    },
  },
});
const claim = (claimName: string): Partial<corev1.PodSpec> => ({
  volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }],
});
const spread = {
  topologySpreadConstraints: [
    { topologyKey: 'zone', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { a: 'b' } } },
  ],
};

describe('the filters', () => {
  it.each<[string, corev1.Pod, corev1.Node | undefined, corev1.Pod[], string]>([
    ['a pod that fits', testPod('p', { requests: { cpu: '4' } }), undefined, [], 'n'],
    [
      'too much cpu and memory',
      testPod('p', { requests: { cpu: '5', memory: '9Gi' } }),
      undefined,
      [],
      none('1 Insufficient cpu, 1 Insufficient memory'),
    ],
    [
      'an extended resource that the node lacks',
      testPod('p', { requests: { 'example.com/gpu': '1' } }),
      undefined,
      [],
      none('1 Insufficient example.com/gpu'),
    ],
    [
      'a full node',
      testPod('p'),
      testNode('n', { allocatable: { pods: '1' } }),
      [testPod('o')],
      none('1 Too many pods'),
    ],
    ['an untolerated taint', testPod('p'), tainted, [], none('1 node(s) had untolerated taint {k: v}')],
    [
      'a tolerated taint',
      testPod('p', { spec: { tolerations: [{ key: 'k', operator: 'Exists' }] } }),
      tainted,
      [],
      'n',
    ],
    [
      'a cordoned node',
      testPod('p'),
      testNode('n', { spec: { unschedulable: true } }),
      [],
      none('1 node(s) were unschedulable'),
    ],
    [
      'a node selector',
      testPod('p', { spec: { nodeSelector: { no: 'such' } } }),
      undefined,
      [],
      none("1 node(s) didn't match Pod's node affinity/selector"),
    ],
    ['Gt', testPod('p', { spec: nodeTerm('size', 'Gt', ['3']) }), testNode('n', { labels: { size: '4' } }), [], 'n'],
    ['NotIn of a missing label', testPod('p', { spec: nodeTerm('size', 'NotIn', ['3']) }), undefined, [], 'n'],
    [
      'a host port in use',
      testPod('p', { spec: hostPort('10.0.0.1') }),
      undefined,
      [testPod('o', { spec: hostPort() })],
      none("1 node(s) didn't have free ports for the requested pod ports"),
    ],
    [
      'the same port of another address',
      testPod('p', { spec: hostPort('10.0.0.1') }),
      undefined,
      [testPod('o', { spec: hostPort('10.0.0.2') })],
      'n',
    ],
    [
      'a missing claim',
      testPod('p', { spec: claim('none') }),
      undefined,
      [],
      none('persistentvolumeclaim "none" not found'),
    ],
    [
      'an unbound claim',
      testPod('p', { spec: claim('unbound') }),
      undefined,
      [],
      none('pod has unbound immediate PersistentVolumeClaims'),
    ],
    [
      'spreading over a label that the node lacks',
      testPod('p', { spec: spread }),
      undefined,
      [],
      none("1 node(s) didn't match pod topology spread constraints (missing required label)"),
    ],
  ])('%s', (_name, pod, node, placed, expected) => {
    expect(decide(pod, node, placed)).toBe(expected);
  });
});
