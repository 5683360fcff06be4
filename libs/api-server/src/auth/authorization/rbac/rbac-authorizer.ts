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
  readonly rules: readonly rbacv1.PolicyRule[];
  /** Roles that bindings refer to and that do not exist. */
  readonly errors: readonly string[];
}

/** The rules of one grant. */
interface Granted {
  readonly rules: readonly rbacv1.PolicyRule[];
  /** What is decided when one of the rules allows. */
  readonly decision: Decision;
}

const mostNamespaces = 1_000;

/** All that a user was granted, by namespace, as long as no role and no binding changes. */
interface Known {
  readonly generation: number;
  readonly byNamespace: Map<string, { readonly granted: readonly Granted[]; readonly errors: readonly string[] }>;
}

/** Decides by roles and bindings. Whatever no rule grants is not allowed. */
export class RbacAuthorizer implements Authorizer {
  /** One user object serves all requests of a connection or a token. */
  private readonly known = new WeakMap<UserInfo, Known>();

  constructor(private readonly index: RbacIndex) {}

  authorize(attributes: Attributes): Decision {
    const { granted, errors } = this.granted(attributes.user, attributes.resourceRequest ? attributes.namespace : '');
    for (const { rules, decision } of granted) if (rules.some((rule) => ruleAllows(rule, attributes))) return decision;
    return { allowed: false, reason: errors.length ? `RBAC: ${aggregate(errors)}` : '' };
  }

  /** What SelfSubjectRulesReview lists and escalation checks compare with. An empty namespace: cluster-wide rules only. */
  rulesFor(user: UserInfo, namespace: string): UserRules {
    const { granted, errors } = this.granted(user, namespace);
    return { rules: granted.flatMap(({ rules }) => rules), errors };
  }

  private granted(user: UserInfo, namespace: string) {
    const { generation } = this.index;
    let known = this.known.get(user);
    if (known?.generation !== generation) {
      known = { generation, byNamespace: new Map() };
      this.known.set(user, known);
    }
    let found = known.byNamespace.get(namespace);
    if (!found) {
      found = this.resolve(user, namespace);
      // Namespaces are whatever a request names.
      if (known.byNamespace.size >= mostNamespaces) known.byNamespace.clear();
      known.byNamespace.set(namespace, found);
    }
    return found;
  }

  private resolve(user: UserInfo, namespace: string) {
    const granted: Granted[] = [];
    const errors: string[] = [];
    const add = (grants: Iterable<Grant>, scope: string): void => {
      for (const grant of grants) {
        const rules = this.index.rules(grant.binding.roleRef, scope);
        if (rules) granted.push({ rules, decision: { allowed: true, reason: allowedBy(grant, scope) } });
        else errors.push(missing(grant.binding.roleRef));
      }
    };
    add(this.index.clusterGrants(user), '');
    if (namespace) add(this.index.grants(user, namespace), namespace);
    return { granted, errors };
  }
}

const missing = (roleRef: rbacv1.RoleRef | undefined): string =>
  `${(roleRef?.kind ?? '').toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(roleRef?.name ?? '')} not found`;

/** Several errors in one line, each once, as upstream's aggregate prints them. */
const aggregate = (errors: readonly string[]): string => {
  const unique = [...new Set(errors)];
  return unique.length === 1 ? (unique[0] ?? '') : `[${unique.join(', ')}]`;
};

/** `scope` is the binding's namespace; empty for a ClusterRoleBinding. */
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
