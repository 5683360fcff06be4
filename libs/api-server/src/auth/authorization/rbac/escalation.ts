import { isDeepStrictEqual } from 'node:util';
import type { rbacv1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { wellKnown, type UserInfo } from '../../user';
import { forbiddenResource, type Authorizer } from '../attributes';
import type { RbacAuthorizer } from './rbac-authorizer';
import type { RbacIndex } from './rbac-index';
import { uncoveredRules } from './coverage';
import { compactRules, describeRule } from './rules';

export const rbacGroup = 'rbac.authorization.k8s.io';

export type RbacResource = 'roles' | 'clusterroles' | 'rolebindings' | 'clusterrolebindings';
type Role = rbacv1.Role & Pick<rbacv1.ClusterRole, 'aggregationRule'>;
type Binding = Omit<rbacv1.RoleBinding, 'kind' | 'apiVersion'>;

const everything: rbacv1.PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

/**
 * Sees to it that nobody grants rights that they do not hold, unless they may `escalate` the role
 * or `bind` it. Throws Forbidden with upstream's text, or NotFound when a bound role does not exist.
 */
export class EscalationCheck {
  constructor(
    private readonly index: RbacIndex,
    private readonly rbac: RbacAuthorizer,
    /** Whatever decides requests, to ask for `escalate` and `bind`. */
    private readonly authorizer: Authorizer,
  ) {}

  /** Before a Role or ClusterRole is written. `old` is absent on creation. */
  role(user: UserInfo, resource: 'roles' | 'clusterroles', role: Role, old?: Role): void {
    const { namespace = '', name = '' } = role.metadata ?? {};
    if (user.groups.includes(wellKnown.masters) || this.may(user, 'escalate', resource, namespace, name)) return;
    if (old && isDeepStrictEqual([old.rules, old.aggregationRule], [role.rules, role.aggregationRule])) return;
    if (role.aggregationRule && this.missing(user, '', everything).length > 0)
      throw forbiddenResource(
        { group: rbacGroup, resource },
        name,
        'must have cluster-admin privileges to use the aggregationRule',
      );
    this.confirm(user, resource, namespace, name, role.rules ?? []);
  }

  /** Before a RoleBinding or ClusterRoleBinding is written. */
  binding(user: UserInfo, resource: 'rolebindings' | 'clusterrolebindings', binding: Binding, old?: Binding): void {
    const { namespace = '', name = '' } = binding.metadata ?? {};
    const { roleRef } = binding;
    if (user.groups.includes(wellKnown.masters)) return;
    if (old && isDeepStrictEqual([old.roleRef, old.subjects], [roleRef, binding.subjects])) return;
    const target = roleRef?.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
    if (this.may(user, 'bind', target, namespace, roleRef?.name ?? '')) return;
    const rules = this.index.rules(roleRef, namespace);
    if (!rules) throw roleNotFound(target, roleRef?.name ?? '');
    this.confirm(user, resource, namespace, name, rules);
  }

  private may(user: UserInfo, verb: string, resource: string, namespace: string, name: string): boolean {
    const attributes = {
      user,
      verb,
      resource,
      namespace,
      name,
      apiGroup: rbacGroup,
      apiVersion: 'v1',
      subresource: '',
    };
    return this.authorizer.authorize({ ...attributes, resourceRequest: true }).allowed;
  }

  private missing(user: UserInfo, namespace: string, rules: readonly rbacv1.PolicyRule[]): rbacv1.PolicyRule[] {
    return uncoveredRules(this.rbac.rulesFor(user, namespace).rules, rules);
  }

  private confirm(
    user: UserInfo,
    resource: RbacResource,
    namespace: string,
    name: string,
    rules: readonly rbacv1.PolicyRule[],
  ): void {
    const missing = this.missing(user, namespace, rules);
    if (missing.length === 0) return;
    const lines = [...new Set(compactRules(missing).map(describeRule))].sort();
    const groups = `[${user.groups.map((group) => JSON.stringify(group)).join(' ')}]`;
    const who = `user ${JSON.stringify(user.name)} (groups=${groups})`;
    throw forbiddenResource(
      { group: rbacGroup, resource },
      name,
      `${who} is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`,
    );
  }
}

const roleNotFound = (resource: string, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${resource}.${rbacGroup} ${JSON.stringify(name)} not found`, {
    name,
    group: rbacGroup,
    kind: resource,
  });
