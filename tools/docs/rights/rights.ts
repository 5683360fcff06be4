import type { RightUse } from '@skiff/api-server';
import type { rbacv1 } from '@skiff/contracts';
import { grantsOf, type ServiceIdentity } from './services';

/** What a service may do, or did: one verb and one resource or path. */
export interface Right {
  readonly verb: string;
  /** Such as `pods/status`, `leases.coordination.k8s.io`, `*` for all of all groups, or a path. */
  readonly resource: string;
}

export interface GrantedRight extends Right {
  readonly source: string;
  /** The only names it is for; empty is all. */
  readonly names: readonly string[];
}

/** The rights of a service one by one. */
export function rightsOf(service: ServiceIdentity): GrantedRight[] {
  return grantsOf(service).flatMap(({ source, rules }) => rules.flatMap((rule) => parts(source, rule)));
}

function parts(source: string, rule: rbacv1.PolicyRule): GrantedRight[] {
  const names = rule.resourceNames ?? [];
  const resources = [
    ...(rule.nonResourceURLs ?? []),
    ...(rule.apiGroups ?? []).flatMap((group) => (rule.resources ?? []).map((resource) => qualified(resource, group))),
  ];
  return (rule.verbs ?? []).flatMap((verb) => resources.map((resource) => ({ source, verb, resource, names })));
}

/** A resource with its group, which comes before the subresource. */
export function qualified(resource: string, group: string): string {
  if (group === '' || resource.startsWith('/')) return resource;
  const [plural = '', ...subresource] = resource.split('/');
  return [plural === '*' && group === '*' ? '*' : `${plural}.${group}`, ...subresource].join('/');
}

/** What a recorded use was. */
export function rightOfUse({ verb, apiGroup = '', resource = '', subresource, path }: RightUse): Right {
  if (path !== undefined) return { verb, resource: path };
  return { verb, resource: qualified(subresource ? `${resource}/${subresource}` : resource, apiGroup) };
}

/** Whether a granted right is one by which something may be done. */
export function covers(granted: Right, used: Right): boolean {
  if (granted.verb !== '*' && granted.verb !== used.verb) return false;
  if (granted.resource === '*') return !used.resource.startsWith('/');
  if (granted.resource.startsWith('*/')) return used.resource.endsWith(granted.resource.slice(1));
  return granted.resource === used.resource;
}
