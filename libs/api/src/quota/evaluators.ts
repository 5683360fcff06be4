import type { corev1 } from '@skiff/contracts';
import { quantityToNano, type ResourceList } from '@skiff/apimachinery';
import { podLimits, podRequests } from '../quantity/pod-resources';

/** What objects of a resource cost. */
export interface QuotaEvaluator {
  /** Empty for the core group. */
  readonly group: string;
  readonly plural: string;
  /** Whether a changed object may cost more, or less, than before. */
  readonly countsUpdates: boolean;
  /** Whether it has a say about a resource that a quota names. */
  counts(resource: string): boolean;
  usage(object: unknown): ResourceList;
}

const countOf = (group: string, plural: string): string => `count/${plural}${group ? `.${group}` : ''}`;

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

const pods: QuotaEvaluator = {
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

function nodePortsOf({ type, ports, allocateLoadBalancerNodePorts }: corev1.ServiceSpec): number {
  const all = ports?.length ?? 0;
  if (type === 'NodePort') return all;
  if (type !== 'LoadBalancer') return 0;
  return allocateLoadBalancerNodePorts === false ? (ports ?? []).filter(({ nodePort }) => nodePort).length : all;
}

const serviceResources = ['services', 'services.nodeports', 'services.loadbalancers', 'count/services'];

const services: QuotaEvaluator = {
  group: '',
  plural: 'services',
  countsUpdates: true,
  counts: (name) => serviceResources.includes(name),
  usage(object) {
    const { spec = {} } = object as corev1.Service;
    return {
      services: '1',
      'count/services': '1',
      'services.nodeports': String(nodePortsOf(spec)),
      'services.loadbalancers': spec.type === 'LoadBalancer' ? '1' : '0',
    };
  },
};

const classSuffix = '.storageclass.storage.k8s.io/';
const claimResources = ['persistentvolumeclaims', 'requests.storage', 'count/persistentvolumeclaims'];

const claims: QuotaEvaluator = {
  group: '',
  plural: 'persistentvolumeclaims',
  countsUpdates: true,
  counts: (name) =>
    claimResources.includes(name) ||
    name.endsWith(`${classSuffix}requests.storage`) ||
    name.endsWith(`${classSuffix}persistentvolumeclaims`),
  usage(object) {
    const { metadata, spec, status } = object as corev1.PersistentVolumeClaim;
    const requested = spec?.resources?.requests?.['storage'];
    const allocated = status?.allocatedResources?.['storage'];
    const larger =
      requested !== undefined && allocated !== undefined && quantityToNano(allocated) > quantityToNano(requested)
        ? allocated
        : requested;
    const storage: ResourceList = larger === undefined ? {} : { 'requests.storage': larger };
    const name = metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? '';
    return {
      persistentvolumeclaims: '1',
      'count/persistentvolumeclaims': '1',
      ...storage,
      ...(name ? { [`${name}${classSuffix}persistentvolumeclaims`]: '1' } : {}),
      ...(name && larger !== undefined ? { [`${name}${classSuffix}requests.storage`]: larger } : {}),
    };
  },
};

/** Resources of the core group that a quota also names without `count/`. */
const shortNames = new Set(['configmaps', 'secrets', 'replicationcontrollers', 'resourcequotas']);

function objectCount(group: string, plural: string): QuotaEvaluator {
  const names = [countOf(group, plural), ...(group === '' && shortNames.has(plural) ? [plural] : [])];
  const usage = Object.fromEntries(names.map((name) => [name, '1']));
  return { group, plural, countsUpdates: false, counts: (name) => names.includes(name), usage: () => usage };
}

const special = [pods, services, claims];

/** What is never counted: it comes and goes by itself. */
const ignored = new Set([
  '/events',
  'events.k8s.io/events',
  '/bindings',
  'authorization.k8s.io/localsubjectaccessreviews',
]);

/** The evaluator of a resource; undefined for what no quota limits. */
export function quotaEvaluatorOf(group: string, plural: string): QuotaEvaluator | undefined {
  if (ignored.has(`${group}/${plural}`)) return undefined;
  return special.find((one) => one.group === group && one.plural === plural) ?? objectCount(group, plural);
}

/** The resource, as group and plural, whose objects a name in a quota counts; undefined for a name that counts nothing. */
export function countedBy(name: string): { readonly group: string; readonly plural: string } | undefined {
  const found = special.find((one) => one.counts(name));
  if (found) return found;
  if (shortNames.has(name)) return { group: '', plural: name };
  if (!name.startsWith('count/')) return undefined;
  const [plural = '', ...group] = name.slice('count/'.length).split('.');
  return { group: group.join('.'), plural };
}
