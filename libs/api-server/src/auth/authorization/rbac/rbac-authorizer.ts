import type { rbacv1 } from '@skiff/contracts';
import { wellKnown, type UserInfo } from '../../user';
import type { Attributes, Authorizer, Decision } from '../attributes';
import type { Grant, RbacIndex } from './rbac-index';
import { ruleAllows } from './rules';

/** Members of `system:masters` may do everything, whatever RBAC says. */
export const mastersAuthorizer: Authorizer = {
  authorize: ({ user }) =>
    user.groups.includes(wellKnown.masters) ? { allowed: true, reason: '' } : { allowed: false, reason: '' },
};

/** Everything that a user was granted in a namespace, with what could not be resolved. */
export interface UserRules {
  readonly rules: rbacv1.PolicyRule[];
  /** Roles that bindings refer to and that do not exist. */
  readonly errors: string[];
}

/** Decides by roles and bindings. Whatever no rule grants is not allowed. */
export class RbacAuthorizer implements Authorizer {
  constructor(private readonly index: RbacIndex) {}

  authorize(attributes: Attributes): Decision {
    const namespace = attributes.resourceRequest ? attributes.namespace : '';
    const errors: string[] = [];
    for (const { grant, rules, scope } of this.#granted(attributes.user, namespace, errors))
      if (rules.some((rule) => ruleAllows(rule, attributes))) return { allowed: true, reason: allowedBy(grant, scope) };
    return { allowed: false, reason: errors.length ? `RBAC: ${aggregate(errors)}` : '' };
  }

  /** What SelfSubjectRulesReview lists and escalation checks compare with. An empty namespace: cluster-wide rules only. */
  rulesFor(user: UserInfo, namespace: string): UserRules {
    const errors: string[] = [];
    const rules = [...this.#granted(user, namespace, errors)].flatMap((granted) => granted.rules);
    return { rules, errors };
  }

  *#granted(
    user: UserInfo,
    namespace: string,
    errors: string[],
  ): Iterable<{ grant: Grant; rules: readonly rbacv1.PolicyRule[]; scope: string }> {
    yield* this.#resolve(this.index.clusterGrants(user), '', errors);
    if (namespace) yield* this.#resolve(this.index.grants(user, namespace), namespace, errors);
  }

  *#resolve(grants: Iterable<Grant>, scope: string, errors: string[]) {
    for (const grant of grants) {
      const rules = this.index.rules(grant.binding.roleRef, scope);
      if (rules) yield { grant, rules, scope };
      else errors.push(missing(grant.binding.roleRef));
    }
  }
}

const missing = (roleRef: rbacv1.RoleRef | undefined): string =>
  `${(roleRef?.kind ?? '').toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(roleRef?.name ?? '')} not found`;

/** Several errors in one line, each once, as upstream's aggregate prints them. */
const aggregate = (errors: readonly string[]): string => {
  const unique = [...new Set(errors)];
  return unique.length === 1 ? (unique[0] ?? '') : `[${unique.join(', ')}]`;
};

function allowedBy({ binding, subject }: Grant, scope: string): string {
  const name = binding.metadata?.name ?? '';
  const kind = scope ? 'RoleBinding' : 'ClusterRoleBinding';
  const bound = scope ? `${name}/${scope}` : name;
  const who =
    subject.kind === 'ServiceAccount'
      ? `ServiceAccount "${subject.name}/${subject.namespace || scope}"`
      : `${subject.kind} "${subject.name}"`;
  return `RBAC: allowed by ${kind} "${bound}" of ${binding.roleRef?.kind} "${binding.roleRef?.name}" to ${who}`;
}
