import { applyDefaults } from '@skiff/resources';
import { Kinds, type corev1 } from '@skiff/contracts';

type Labels = Record<string, string>;

/** A node for tests: 4 cpus, 8Gi, 110 pods unless told otherwise. */
export function testNode(
  name: string,
  options: { allocatable?: Labels; labels?: Labels; spec?: corev1.NodeSpec; status?: corev1.NodeStatus } = {},
): corev1.Node {
  const allocatable = { cpu: '4', memory: '8Gi', pods: '110', ...options.allocatable };
  return {
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...options.labels } },
    spec: options.spec ?? {},
    status: { allocatable, capacity: allocatable, ...options.status },
  };
}

let uids = 0;

/** A pending pod for tests, with one container that requests what is given. */
export function testPod(
  name: string,
  options: {
    requests?: Labels;
    labels?: Labels;
    namespace?: string;
    spec?: Partial<corev1.PodSpec>;
    status?: corev1.PodStatus;
  } = {},
): corev1.Pod {
  uids += 1;
  const pod: corev1.Pod = {
    metadata: { name, namespace: options.namespace ?? 'default', uid: `uid-${uids}`, labels: options.labels ?? {} },
    spec: {
      containers: [{ name: 'c', image: 'busybox', resources: options.requests ? { requests: options.requests } : {} }],
      ...options.spec,
    },
    status: options.status ?? { phase: 'Pending' },
  };
  applyDefaults(Kinds.Pod, pod);
  return pod;
}
