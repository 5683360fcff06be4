import { quantityToMilli, quantityToNumber } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { qosClass } from '@skiff/resources';
import { cpuPeriodMicroseconds, type CgroupLimits } from '../system/cgroups';

/** Relative CPU weight of cgroups v1 for thousandths of a core; at least 2. */
export function cpuShares(milliCpu: number): number {
  return Math.min(262144, Math.max(2, Math.floor((milliCpu * 1024) / 1000)));
}

/** Microseconds of CPU time in each period; 0 is unlimited. */
export function cpuQuota(milliCpu: number): number {
  return milliCpu === 0 ? 0 : Math.max(1000, (milliCpu * cpuPeriodMicroseconds) / 1000);
}

/** How readily the kernel kills a container when the node is out of memory; upstream's policy. */
export function oomScoreAdjust(pod: corev1.Pod, container: corev1.Container, nodeMemoryBytes: number): number {
  if (pod.spec?.priorityClassName === 'system-node-critical') return -997;
  const qos = qosClass(pod);
  if (qos === 'Guaranteed') return -997;
  if (qos === 'BestEffort') return 1000;
  const request = quantityToNumber(container.resources?.requests?.['memory'] ?? '0');
  const score = Math.floor(1000 - (1000 * request) / Math.max(1, nodeMemoryBytes));
  return Math.min(999, Math.max(3, score));
}

/** Where a pod's cgroup lies below the parent of all pods. */
export function podCgroup(root: string, pod: corev1.Pod): string {
  const qos = qosClass(pod);
  const parent = qos === 'Guaranteed' ? '' : `/${qos.toLowerCase()}`;
  return `${root}${parent}/pod${pod.metadata?.uid ?? ''}`;
}

/** Limits of the whole pod, set only where every container has one. */
export function podCgroupLimits(pod: corev1.Pod): CgroupLimits {
  const main = pod.spec?.containers ?? [];
  const init = pod.spec?.initContainers ?? [];
  const total = (kind: 'requests' | 'limits', name: string, read: (quantity: string) => number): number => {
    const value = (container: corev1.Container): number => read(container.resources?.[kind]?.[name] ?? '0');
    const sidecars = init.filter((container) => container.restartPolicy === 'Always');
    const running = [...main, ...sidecars].reduce((sum, container) => sum + value(container), 0);
    return Math.max(running, ...init.map(value));
  };
  const limited = (name: string): boolean =>
    [...main, ...init].every((container) => container.resources?.limits?.[name] !== undefined);
  return {
    cpuShares: cpuShares(total('requests', 'cpu', quantityToMilli)),
    cpuQuota: limited('cpu') ? cpuQuota(total('limits', 'cpu', quantityToMilli)) : 0,
    memoryBytes: limited('memory') ? total('limits', 'memory', quantityToNumber) : 0,
  };
}
