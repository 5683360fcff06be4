import type { rbacv1 } from '@skiff/contracts';

/** Often used sets of verbs. */
export const read = 'get list watch';
export const write = 'create delete deletecollection patch update';
export const readWrite = `${read} ${write}`;

/** Groups by the short names that the policy uses. */
const groups: Readonly<Record<string, string>> = {
  core: '',
  authentication: 'authentication.k8s.io',
  authorization: 'authorization.k8s.io',
  certificates: 'certificates.k8s.io',
  coordination: 'coordination.k8s.io',
  discovery: 'discovery.k8s.io',
  events: 'events.k8s.io',
  networking: 'networking.k8s.io',
  node: 'node.k8s.io',
  rbac: 'rbac.authorization.k8s.io',
  resource: 'resource.k8s.io',
  storage: 'storage.k8s.io',
  metrics: 'metrics.k8s.io',
  apiextensions: 'apiextensions.k8s.io',
};

/** A rule from words separated by spaces: `rule('get list', 'core', 'pods services')`. */
export function rule(
  verbs: string,
  apiGroups: string,
  resources: string,
  ...resourceNames: string[]
): rbacv1.PolicyRule {
  return {
    verbs: verbs.split(' '),
    apiGroups: apiGroups.split(' ').map((group) => groups[group] ?? group),
    resources: resources.split(' '),
    ...(resourceNames.length ? { resourceNames } : {}),
  };
}

export function urlRule(verb: string, nonResourceURLs: string): rbacv1.PolicyRule {
  return { verbs: [verb], nonResourceURLs: nonResourceURLs.split(' ') };
}

/** Reports events about any object. */
export const eventsRule = rule('create patch update', 'core events', 'events');
