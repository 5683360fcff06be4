import { serviceAccountUserName, type UserInfo } from '../auth/user';
import type { RequestInfo } from '../request/request-info';
import type { NonResourceRule, ResourceRule, SchemaConfig, Subject } from './config';

/** Stands for whatever there is. */
const any = '*';

/**
 * Whether a request belongs to a schema.
 * Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/rule.go.
 */
export const belongsTo = ({ rules }: SchemaConfig, user: UserInfo, info: RequestInfo): boolean =>
  rules.some(
    ({ subjects, resourceRules, nonResourceRules }) =>
      subjects.some((subject) => isSubject(subject, user)) &&
      (info.resourceRequest
        ? resourceRules.some((rule) => isResource(rule, info))
        : nonResourceRules.some((rule) => isPath(rule, info))),
  );

function isSubject(subject: Subject, { name, groups }: UserInfo): boolean {
  switch (subject.kind) {
    case 'User':
      return subject.name === any || subject.name === name;
    case 'Group':
      return subject.name === any || groups.includes(subject.name);
    case 'ServiceAccount':
      return subject.name === any
        ? name.startsWith(serviceAccountUserName(subject.namespace, ''))
        : name === serviceAccountUserName(subject.namespace, subject.name);
  }
}

const includes = (names: readonly string[], name: string): boolean => names.includes(any) || names.includes(name);

function isResource(rule: ResourceRule, info: RequestInfo & { resourceRequest: true }): boolean {
  const { verb, group, resource, subresource, namespace } = info;
  return (
    includes(rule.verbs, verb) &&
    includes(rule.apiGroups, group) &&
    includes(rule.resources, subresource ? `${resource}/${subresource}` : resource) &&
    (namespace ? includes(rule.namespaces, namespace) : rule.clusterScope)
  );
}

const isPath = (rule: NonResourceRule, { verb, path }: RequestInfo & { resourceRequest: false }): boolean =>
  includes(rule.verbs, verb) && rule.nonResourceURLs.some((pattern) => matchesPath(pattern, path));

function matchesPath(pattern: string, path: string): boolean {
  if (pattern === any || pattern === path) return true;
  return pattern.endsWith('/*') && path.startsWith(pattern.slice(0, -1));
}

/** The order in which schemas are asked. */
export const inOrder = (schemas: readonly SchemaConfig[]): SchemaConfig[] =>
  [...schemas].sort((a, b) => a.precedence - b.precedence || (a.name < b.name ? -1 : 1));
