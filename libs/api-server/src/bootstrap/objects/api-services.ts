import { apiVersionOf, type apiregistrationv1 } from '@skiff/contracts';
import { sameValue, type Resource } from '@skiff/apimachinery';

type APIService = apiregistrationv1.APIService;

/** The label of those that the server itself made, and takes back: at its start, or whenever something changes. */
export const automanagedLabel = 'kube-aggregator.kubernetes.io/automanaged';

/** How much clients prefer a group, and each of its versions. Upstream: pkg/controlplane/apiserver/aggregator.go. */
const priorities: Readonly<Record<string, readonly [group: number, version: number]>> = {
  v1: [18000, 1],
  'apps/v1': [17800, 15],
  'events.k8s.io/v1': [17750, 15],
  'authentication.k8s.io/v1': [17700, 15],
  'authorization.k8s.io/v1': [17600, 15],
  'autoscaling/v1': [17500, 15],
  'autoscaling/v2': [17500, 30],
  'batch/v1': [17400, 15],
  'certificates.k8s.io/v1': [17300, 15],
  'networking.k8s.io/v1': [17200, 15],
  'policy/v1': [17100, 15],
  'rbac.authorization.k8s.io/v1': [17000, 15],
  'storage.k8s.io/v1': [16800, 15],
  'apiextensions.k8s.io/v1': [16700, 15],
  'admissionregistration.k8s.io/v1': [16700, 15],
  'admissionregistration.k8s.io/v1beta1': [16700, 12],
  'scheduling.k8s.io/v1': [16600, 15],
  'coordination.k8s.io/v1': [16500, 15],
  'node.k8s.io/v1': [16300, 15],
  'discovery.k8s.io/v1': [16200, 15],
  'flowcontrol.apiserver.k8s.io/v1': [16100, 21],
  'resource.k8s.io/v1': [15900, 25],
};

/** Where upstream puts what it has no place for. */
const lowest = [2000, 1] as const;

/** What comes while the server runs, as upstream has it for custom resources. */
const late = [1000, 100] as const;

/** When an APIService is brought to what it should be: as the server starts, or all the time. */
export type Automanaged = 'onstart' | 'true';

/** An APIService for each group and version that this server itself serves, but the one that APIServices are of. */
export function localApiServices(definitions: readonly Resource[], automanaged: Automanaged): APIService[] {
  const kinds = new Map(definitions.map(({ kind }) => [apiVersionOf(kind), kind]));
  kinds.delete('apiregistration.k8s.io/v1');
  return [...kinds].map(([apiVersion, { group, version }]) => {
    const [groupPriorityMinimum, versionPriority] = automanaged === 'true' ? late : (priorities[apiVersion] ?? lowest);
    return {
      kind: 'APIService',
      apiVersion: 'apiregistration.k8s.io/v1',
      metadata: { name: `${version}.${group}`, labels: { [automanagedLabel]: automanaged } },
      spec: { ...(group && { group }), version, groupPriorityMinimum, versionPriority },
    };
  });
}

/** The status of an APIService that no other server stands behind. */
export function localStatus(now: string): APIService['status'] {
  const message = 'Local APIServices are always available';
  return { conditions: [{ type: 'Available', status: 'True', reason: 'Local', message, lastTransitionTime: now }] };
}

/** An APIService that is there as it ought to be; undefined when it is. */
export function mergeApiService(existing: APIService, expected: APIService): APIService | undefined {
  const labels = { ...existing.metadata?.labels, ...expected.metadata?.labels };
  const isAlike = sameValue(existing.spec, expected.spec) && sameValue(existing.metadata?.labels ?? {}, labels);
  return isAlike ? undefined : { ...existing, metadata: { ...existing.metadata, labels }, spec: expected.spec };
}
