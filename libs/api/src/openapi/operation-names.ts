import type { Kind } from '@skiff/contracts';

const verbs: Readonly<Record<string, string>> = {
  get: 'read',
  list: 'list',
  post: 'create',
  put: 'replace',
  patch: 'patch',
  delete: 'delete',
  deletecollection: 'delete',
};

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The part of a group that names it: `rbac.authorization.k8s.io` is `rbacAuthorization`, the core group is `core`. */
const groupName = (group: string): string => {
  const [first = '', ...rest] = (group || 'core').replace(/\.k8s\.io$/, '').split('.');
  return first + rest.map(capital).join('');
};

/** Under which clients find the operations of a group's version: `apps_v1`. */
export const operationTag = ({ group, version }: Kind): string => `${groupName(group)}_${version}`;

/**
 * The name by which generators of clients call their methods, such as `readCoreV1NamespacedPodStatus`.
 * @param scope how the path limits what is read or written.
 */
export function operationId(
  kind: Kind,
  action: string,
  { scope, subresource = '' }: { scope: 'namespace' | 'cluster' | 'all namespaces'; subresource?: string },
): string {
  const collection = action === 'deletecollection' ? 'Collection' : '';
  const namespaced = scope === 'namespace' ? 'Namespaced' : '';
  const everywhere = scope === 'all namespaces' ? 'ForAllNamespaces' : '';
  const group = capital(groupName(kind.group)) + capital(kind.version);
  return `${verbs[action] ?? action}${group}${collection}${namespaced}${kind.kind}${capital(subresource)}${everywhere}`;
}
