import type { UserInfo } from '../auth/user';
import type { RequestInfo, ResourceRequestInfo } from '../request/request-info';
import type { Level, Stage } from './event';

/** Resources of one group that a rule is about. */
export interface GroupResources {
  /** Empty for the core group. */
  readonly group: string;
  /** `pods`, `pods/log`, `pods/*`, `*` followed by `/scale`, or `*`; none: all of the group. */
  readonly resources: readonly string[];
  /** None: whatever their names. */
  readonly resourceNames: readonly string[];
}

/** Requests that something is told of; lists that are empty select everything. */
export interface PolicyRule {
  readonly level: Level;
  readonly users: readonly string[];
  readonly userGroups: readonly string[];
  readonly verbs: readonly string[];
  readonly resources: readonly GroupResources[];
  /** The empty one is that of what lies in no namespace. */
  readonly namespaces: readonly string[];
  readonly nonResourceURLs: readonly string[];
  readonly omitStages: readonly Stage[];
  /** Absent: as the policy has it. */
  readonly omitManagedFields?: boolean | undefined;
}

/**
 * What is told of which requests: the first rule that a request matches decides.
 * Upstream: staging/src/k8s.io/apiserver/pkg/apis/audit/v1/types.go.
 */
export interface AuditPolicy {
  readonly rules: readonly PolicyRule[];
  readonly omitStages: readonly Stage[];
  readonly omitManagedFields: boolean;
}

/** What a policy says of one request. */
export interface AuditDecision {
  readonly level: Level;
  readonly omitStages: ReadonlySet<Stage>;
  readonly omitManagedFields: boolean;
}

/** What a policy looks at. */
export interface Audited {
  /** Undefined where it is not known who asks. */
  readonly user: UserInfo | undefined;
  readonly info: RequestInfo;
}

/**
 * Decides by a policy; what no rule matches is not told of.
 * Upstream: staging/src/k8s.io/apiserver/pkg/audit/policy/checker.go.
 */
export function auditBy(policy: AuditPolicy): (asked: Audited) => AuditDecision {
  const decisions = policy.rules.map((rule): AuditDecision => {
    const omitStages = new Set([...policy.omitStages, ...rule.omitStages]);
    return { level: rule.level, omitStages, omitManagedFields: rule.omitManagedFields ?? policy.omitManagedFields };
  });
  const none: AuditDecision = {
    level: 'None',
    omitStages: new Set(policy.omitStages),
    omitManagedFields: policy.omitManagedFields,
  };
  return (asked) => decisions[policy.rules.findIndex((rule) => matches(rule, asked))] ?? none;
}

function matches(rule: PolicyRule, { user, info }: Audited): boolean {
  const { users, userGroups, verbs, namespaces, resources, nonResourceURLs } = rule;
  if (users.length > 0 && !(user && users.includes(user.name))) return false;
  if (userGroups.length > 0 && !user?.groups.some((group) => userGroups.includes(group))) return false;
  if (verbs.length > 0 && !verbs.includes(info.verb)) return false;
  if (namespaces.length > 0 || resources.length > 0) return info.resourceRequest && matchesResource(rule, info);
  if (nonResourceURLs.length === 0) return true;
  return !info.resourceRequest && nonResourceURLs.some((pattern) => matchesPath(pattern, info.path));
}

function matchesPath(pattern: string, path: string): boolean {
  if (pattern === '*' || pattern === path) return true;
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''));
}

function matchesResource({ namespaces, resources }: PolicyRule, info: ResourceRequestInfo): boolean {
  if (namespaces.length > 0 && !namespaces.includes(info.namespace)) return false;
  return resources.length === 0 || resources.some((one) => one.group === info.group && matchesOne(one, info));
}

function matchesOne({ resources, resourceNames }: GroupResources, info: ResourceRequestInfo): boolean {
  const { resource, subresource, name } = info;
  if (resources.length === 0) return true;
  if (resourceNames.length > 0 && !resourceNames.includes(name)) return false;
  const whole = subresource ? `${resource}/${subresource}` : resource;
  return resources.some(
    (pattern) =>
      pattern === '*' ||
      pattern === whole ||
      pattern === `${resource}/*` ||
      (subresource !== '' && pattern === `*/${subresource}`),
  );
}
