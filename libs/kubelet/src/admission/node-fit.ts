import { quantityToMilli, quantityToNumber } from '@skiff/apimachinery';
import { compileRequiredNodes, hostPortsOf, podRequests, portsCollide, untolerated } from '@skiff/resources';
import type { corev1 } from '@skiff/contracts';

/** Why a node does not take a pod, as its status and an event say it. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/** Why the pod does not fit beside the others; the first reason counts. As upstream's general predicates. */
export function nodeFit(pod: corev1.Pod, others: readonly corev1.Pod[], node: corev1.Node): Rejection | undefined {
  return systemMismatch(pod, node) ?? lackOfResources(pod, others, node) ?? predicates(pod, others, node);
}

function systemMismatch({ spec }: corev1.Pod, node: corev1.Node): Rejection | undefined {
  const label = 'kubernetes.io/os';
  const wanted = spec?.nodeSelector?.[label];
  if (wanted !== undefined && wanted !== node.metadata?.labels?.[label])
    return {
      reason: 'PodOSSelectorNodeLabelDoesNotMatch',
      message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    };
  if (spec?.os?.name !== undefined && spec.os.name !== 'linux')
    return { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" };
  return undefined;
}

/** In upstream's order; extended resources that the node does not have are not its matter. */
function lackOfResources(pod: corev1.Pod, others: readonly corev1.Pod[], node: corev1.Node): Rejection | undefined {
  const capacity = node.status?.allocatable ?? {};
  const places = quantityToNumber(capacity['pods'] ?? '0');
  if (others.length + 1 > places) return outOf('pods', 1, others.length, places);
  const requests = podRequests(pod);
  const used = others.map((other) => podRequests(other));
  const first = ['cpu', 'memory', 'ephemeral-storage'];
  for (const name of new Set([...first, ...Object.keys(requests)])) {
    const amount = name === 'cpu' ? quantityToMilli : quantityToNumber;
    const requested = amount(requests[name] ?? '0');
    if (requested === 0 || (capacity[name] === undefined && name.includes('/'))) continue;
    const taken = used.reduce((sum, each) => sum + amount(each[name] ?? '0'), 0);
    const free = amount(capacity[name] ?? '0');
    if (taken + requested > free) return outOf(name, requested, taken, free);
  }
  return undefined;
}

function outOf(resource: string, requested: number, used: number, capacity: number): Rejection {
  const figures = `requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${resource}`, message: `Node didn't have enough resource: ${resource}, ${figures}` };
}

function predicates(pod: corev1.Pod, others: readonly corev1.Pod[], node: corev1.Node): Rejection | undefined {
  const { name = '', labels = {} } = node.metadata ?? {};
  if (compileRequiredNodes(pod.spec)?.({ name, labels }) === false)
    return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  const taken = others.flatMap(({ spec }) => hostPortsOf(spec));
  if (hostPortsOf(pod.spec).some((port) => taken.some((other) => portsCollide(port, other))))
    return failed('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  if (untolerated(node.spec?.taints ?? [], pod.spec?.tolerations, ['NoExecute']))
    return failed('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  return undefined;
}

function failed(predicate: string, why: string): Rejection {
  return { reason: predicate, message: `Predicate ${predicate} failed: ${why}` };
}
