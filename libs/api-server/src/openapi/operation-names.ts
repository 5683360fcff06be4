import type { Kind } from '@skiff/contracts';
import { operationKinds, type OperationName } from './operation-kinds';

export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The part of a group that names it: `rbac.authorization.k8s.io` is `rbacAuthorization`, the core group is `core`. */
export const groupName = (group: string): string => {
  const [first = '', ...rest] = (group || 'core').replace(/\.k8s\.io$/, '').split('.');
  return first + rest.map(capital).join('');
};

type GroupVersion = Pick<Kind, 'group' | 'version'>;

/** Under which clients find the operations of a group's version: `apps_v1`. */
export const operationTag = ({ group, version }: GroupVersion): string => `${groupName(group)}_${version}`;

/** How names of operations of a group's version go on after their first word: `AppsV1`. */
export const groupVersionName = ({ group, version }: GroupVersion): string =>
  capital(groupName(group)) + capital(version);

/** Where an operation is done: how its path limits what it is about, and what follows the name of an object there. */
export interface Place {
  readonly scope: 'namespace' | 'cluster' | 'all namespaces';
  readonly subresource?: string;
  /** Whether a path follows the subresource. */
  readonly withPath?: boolean;
}

/**
 * The name by which generators of clients call their methods, such as `readCoreV1NamespacedPodStatus`.
 * @param method tells the connections to a subresource apart.
 */
export function operationId(kind: Kind, name: OperationName, method: string, place: Place): string {
  const { scope, subresource = '', withPath } = place;
  return [
    operationKinds[name].word,
    groupVersionName(kind),
    name === 'connect' ? capital(method) : '',
    name === 'deletecollection' ? 'Collection' : '',
    scope === 'namespace' ? 'Namespaced' : '',
    kind.kind,
    name === 'watchlist' ? 'List' : '',
    capital(subresource),
    withPath ? 'WithPath' : '',
    scope === 'all namespaces' ? 'ForAllNamespaces' : '',
  ].join('');
}
