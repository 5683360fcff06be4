import type { QuotaEvaluator, ResourceList } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { podLimits, podRequests } from './pod-resources';

const compute = ['cpu', 'memory', 'ephemeral-storage'];

const podResources = new Set([
  'pods',
  'count/pods',
  ...compute,
  ...compute.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
]);

/** Devices are counted by what is requested of them alone. */
const isExtendedRequest = (name: string): boolean =>
  name.startsWith('requests.') && name.includes('/') && !/^requests\.([^/]*\.)?kubernetes\.io\//.test(name);

const isTerminal = ({ status }: corev1.Pod): boolean => status?.phase === 'Failed' || status?.phase === 'Succeeded';

/** What requests and limits cost. */
export function computeUsage(requests: ResourceList, limits: ResourceList): Record<string, string> {
  const usage: Record<string, string> = {};
  for (const [name, amount] of Object.entries(requests))
    if (compute.includes(name) || name.startsWith('hugepages-')) {
      usage[name] = amount;
      usage[`requests.${name}`] = amount;
    } else if (isExtendedRequest(`requests.${name}`)) usage[`requests.${name}`] = amount;
  for (const [name, amount] of Object.entries(limits)) if (compute.includes(name)) usage[`limits.${name}`] = amount;
  return usage;
}

export const podQuota: QuotaEvaluator = {
  group: '',
  plural: 'pods',
  countsUpdates: false,
  counts: (name) => podResources.has(name) || /^(requests\.)?hugepages-/.test(name) || isExtendedRequest(name),
  usage(object) {
    const pod = object as corev1.Pod;
    // A pod that has ended takes room in the store, and nothing else.
    if (isTerminal(pod)) return { 'count/pods': '1' };
    return { 'count/pods': '1', pods: '1', ...computeUsage(podRequests(pod), podLimits(pod)) };
  },
};
