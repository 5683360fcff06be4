import type { GroupVersionResource, Operation } from '@skiff/api-server/admission';
import type { admissionregistrationv1 } from '@skiff/contracts';

/** What a rule is held against. */
export interface RuleSubject {
  readonly operation: Operation;
  readonly resource: GroupVersionResource;
  readonly subresource: string;
  /** Whether objects of the resource are in namespaces; a namespace itself is not. */
  readonly isNamespaced: boolean;
}

/** Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/predicates/rules/rules.go. */
export function matchesRule(rule: admissionregistrationv1.RuleWithOperations, subject: RuleSubject): boolean {
  const { operation, resource, isNamespaced } = subject;
  return (
    matchesScope(rule.scope, isNamespaced) &&
    includes(rule.operations, operation) &&
    includes(rule.apiGroups, resource.group) &&
    includes(rule.apiVersions, resource.version) &&
    (rule.resources ?? []).some((named) => matchesResource(named, subject))
  );
}

function matchesScope(scope: string | undefined, isNamespaced: boolean): boolean {
  if (scope === undefined || scope === '*') return true;
  return scope === (isNamespaced ? 'Namespaced' : 'Cluster');
}

const includes = (items: readonly string[] | undefined, wanted: string): boolean =>
  items?.some((item) => item === '*' || item === wanted) ?? false;

function matchesResource(named: string, { resource, subresource }: RuleSubject): boolean {
  const slash = named.indexOf('/');
  const [name, below] = slash < 0 ? [named, ''] : [named.slice(0, slash), named.slice(slash + 1)];
  return (name === '*' || name === resource.resource) && (below === '*' || below === subresource);
}
