import { addResources, maskResources, maxResources, quantityToNano, type ResourceList } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

type Side = 'requests' | 'limits';

/** What a pod as a whole may say itself, for all of its containers. */
const wholePod = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');

/**
 * What a pod needs at most at any time: all containers and sidecars together, or an init
 * container with the sidecars before it; what the pod as a whole says goes first.
 */
function podAmounts({ spec }: corev1.Pod, side: Side): Record<string, string> {
  let total: Record<string, string> = {};
  let sidecars: Record<string, string> = {};
  let highest: Record<string, string> = {};
  for (const { resources } of spec?.containers ?? []) total = addResources(total, resources?.[side] ?? {});
  for (const { resources, restartPolicy } of spec?.initContainers ?? []) {
    const own = resources?.[side] ?? {};
    if (restartPolicy === 'Always') {
      total = addResources(total, own);
      sidecars = addResources(sidecars, own);
      highest = maxResources(highest, sidecars);
    } else highest = maxResources(highest, addResources(sidecars, own));
  }
  const whole = Object.entries(spec?.resources?.[side] ?? {}).filter(([name]) => wholePod(name));
  return { ...maxResources(total, highest), ...Object.fromEntries(whole) };
}

/** The requests of a pod, with the overhead of its runtime unless that is to be left out. */
export function podRequests(pod: corev1.Pod, { overhead = true } = {}): Record<string, string> {
  const requests = podAmounts(pod, 'requests');
  return overhead ? addResources(requests, pod.spec?.overhead ?? {}) : requests;
}

/** The limits of a pod; the overhead is added to those that are set. */
export function podLimits(pod: corev1.Pod, { overhead = true } = {}): Record<string, string> {
  const limits = podAmounts(pod, 'limits');
  if (!overhead) return limits;
  const set = Object.entries(limits).filter(([, amount]) => quantityToNano(amount) !== 0n);
  return { ...limits, ...addResourcesTo(Object.fromEntries(set), pod.spec?.overhead ?? {}) };
}

const addResourcesTo = (amounts: ResourceList, more: ResourceList): Record<string, string> =>
  addResources(amounts, maskResources(more, Object.keys(amounts)));
