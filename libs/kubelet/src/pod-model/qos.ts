import type { corev1 } from '@skiff/contracts';
import { cpuPeriodMicroseconds, type CgroupLimits } from '../system/cgroups';
import { quantityMilliValue, quantityValue } from './quantity';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** The quality of service that a pod asks for, as upstream's qos.ComputePodQOS. */
export function qosClass(pod: corev1.Pod): QosClass {
  const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  let any = false;
  let guaranteed = true;
  for (const { resources } of containers) {
    for (const name of ['cpu', 'memory']) {
      const request = quantityValue(resources?.requests?.[name]);
      const limit = quantityValue(resources?.limits?.[name]);
      if (request > 0 || limit > 0) any = true;
      if (limit === 0 || (request !== 0 && request !== limit)) guaranteed = false;
    }
  }
  if (!any) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

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
  const request = quantityValue(container.resources?.requests?.['memory']);
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
  const total = (kind: 'requests' | 'limits', name: string, read: (q: string | undefined) => number): number => {
    const value = (container: corev1.Container): number => read(container.resources?.[kind]?.[name]);
    const sidecars = init.filter((container) => container.restartPolicy === 'Always');
    const running = [...main, ...sidecars].reduce((sum, container) => sum + value(container), 0);
    return Math.max(running, ...init.map(value));
  };
  const limited = (name: string): boolean =>
    [...main, ...init].every((container) => container.resources?.limits?.[name] !== undefined);
  return {
    cpuShares: cpuShares(total('requests', 'cpu', quantityMilliValue)),
    cpuQuota: limited('cpu') ? cpuQuota(total('limits', 'cpu', quantityMilliValue)) : 0,
    memoryBytes: limited('memory') ? total('limits', 'memory', quantityValue) : 0,
  };
}
