import type { corev1 } from '@skiff/contracts';
import { evictionMemoryBytes, nodeConditions, type NodeHealth } from './node-conditions';

/** The version of Kubernetes whose kubelet this one stands for. */
export const kubeletVersion = 'v1.35.0';

/** What a node is; measured once when the kubelet starts. */
export interface NodeFacts {
  readonly name: string;
  readonly ips: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly corev1.Taint[];
  readonly port: number;
  readonly cpuCount: number;
  readonly memoryBytes: number;
  readonly storageBytes: number;
  readonly maxPods: number;
  readonly architecture: string;
  readonly system: corev1.NodeSystemInfo;
}

/** The resources that pods may have of a node. */
export function allocatable(facts: NodeFacts): { cpuMilli: number; memoryBytes: number; storageBytes: number } {
  return {
    cpuMilli: facts.cpuCount * 1000,
    memoryBytes: Math.max(0, facts.memoryBytes - evictionMemoryBytes),
    storageBytes: Math.floor(facts.storageBytes * 0.9),
  };
}

/** The Node as its kubelet registers it. */
export function nodeObject(facts: NodeFacts): corev1.Node {
  const platform = { 'kubernetes.io/arch': facts.architecture, 'kubernetes.io/os': 'linux' };
  const beta = { 'beta.kubernetes.io/arch': facts.architecture, 'beta.kubernetes.io/os': 'linux' };
  return {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: {
      name: facts.name,
      labels: { ...beta, ...platform, 'kubernetes.io/hostname': facts.name, ...facts.labels },
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: facts.taints.length === 0 ? {} : { taints: [...facts.taints] },
  };
}

/**
 * The status of a node, with conditions that keep their times while they do not change.
 * Resources of its capacity that others added, such as extended ones, stay and can be
 * had in full. Upstream: pkg/kubelet/nodestatus/setters.go
 */
export function nodeStatus(
  facts: NodeFacts,
  health: NodeHealth,
  old: corev1.NodeStatus | undefined,
  now: number,
): corev1.NodeStatus {
  const own = resources(facts);
  const foreign = Object.entries(old?.capacity ?? {}).filter(([name]) => !(name in own.capacity));
  return {
    capacity: { ...Object.fromEntries(foreign), ...own.capacity },
    allocatable: { ...Object.fromEntries(foreign), ...own.allocatable },
    conditions: nodeConditions(health, old, now),
    addresses: [
      ...facts.ips.map((address) => ({ type: 'InternalIP', address })),
      { type: 'Hostname', address: facts.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: facts.port } },
    nodeInfo: facts.system,
    images: [...health.images],
  };
}

/** The resources that the kubelet itself finds on its node. */
function resources(facts: NodeFacts): Record<'capacity' | 'allocatable', Record<string, string>> {
  const free = allocatable(facts);
  const fixed = { 'hugepages-1Gi': '0', 'hugepages-2Mi': '0', pods: String(facts.maxPods) };
  const kibibytes = (bytes: number): string => `${Math.floor(bytes / 1024)}Ki`;
  return {
    capacity: {
      ...fixed,
      cpu: String(facts.cpuCount),
      'ephemeral-storage': kibibytes(facts.storageBytes),
      memory: kibibytes(facts.memoryBytes),
    },
    allocatable: {
      ...fixed,
      cpu: String(facts.cpuCount),
      'ephemeral-storage': String(free.storageBytes),
      memory: kibibytes(free.memoryBytes),
    },
  };
}

/** The patch that makes the stored status this one: what can no longer be had is taken out by name. */
export function nodeStatusPatch(
  stored: corev1.NodeStatus | undefined,
  status: corev1.NodeStatus,
): { status: Omit<corev1.NodeStatus, 'allocatable'> & { allocatable: Record<string, string | null> } } {
  const { allocatable: now = {} } = status;
  const gone = Object.keys(stored?.allocatable ?? {}).filter((name) => !(name in now));
  return { status: { ...status, allocatable: { ...now, ...Object.fromEntries(gone.map((name) => [name, null])) } } };
}

/** Whether two statuses differ in more than the time of the heartbeat. */
export function statusChanged(old: corev1.NodeStatus | undefined, status: corev1.NodeStatus): boolean {
  const bare = (value: corev1.NodeStatus | undefined): string =>
    JSON.stringify({
      ...value,
      conditions: value?.conditions?.map((condition) => [
        condition.type,
        condition.status,
        condition.reason,
        condition.message,
      ]),
    });
  return bare(old) !== bare(status);
}
