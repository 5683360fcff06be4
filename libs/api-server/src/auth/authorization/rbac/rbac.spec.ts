import type { metav1, rbacv1 } from '@skiff/contracts';
import {
  bootstrapClusterRoleBindings,
  bootstrapClusterRoles,
  bootstrapRoleBindings,
  bootstrapRoles,
} from '../../policy/bootstrap-policy';
import { mergeBinding, mergeRole } from '../../policy/merge';
import { authenticated, type UserInfo } from '../../user';
import { anyOf, forbidden, type Attributes } from '../attributes';
import { aggregatedRules } from './aggregation';
import { EscalationCheck } from './escalation';
import { mastersAuthorizer, RbacAuthorizer } from './rbac-authorizer';
import { RbacIndex } from './rbac-index';

const user = (name: string, ...groups: string[]): UserInfo => authenticated({ name, uid: '', groups, extra: {} });
const request = (who: UserInfo, verb: string, resource: string, more: Partial<Attributes> = {}): Attributes =>
  ({
    user: who,
    verb,
    resourceRequest: true,
    apiGroup: '',
    apiVersion: 'v1',
    resource: resource.split('/')[0] ?? '',
    subresource: resource.split('/')[1] ?? '',
    namespace: '',
    name: '',
    ...more,
  }) as Attributes;

function bootstrapped(): RbacIndex {
  const index = new RbacIndex();
  for (const role of bootstrapClusterRoles()) index.setClusterRole(role);
  const selects = ({ matchLabels }: metav1.LabelSelector, labels: Readonly<Record<string, string>>): boolean =>
    Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  for (let pass = 0; pass < 3; pass++)
    for (const role of [...index.clusterRoles()].filter(({ aggregationRule }) => aggregationRule))
      index.setClusterRole({ ...role, rules: aggregatedRules(role, index.clusterRoles(), selects) });
  for (const binding of bootstrapClusterRoleBindings()) index.setClusterRoleBinding(binding);
  for (const role of bootstrapRoles()) index.setRole(role);
  for (const binding of bootstrapRoleBindings()) index.setRoleBinding(binding);
  return index;
}

describe('RBAC', () => {
  const index = bootstrapped();
  const rbac = new RbacAuthorizer(index);
  const authorizer = anyOf(mastersAuthorizer, rbac);
  const may = (attributes: Attributes): boolean => authorizer.authorize(attributes).allowed;
  const bind = (name: string, role: string, subject: rbacv1.Subject, namespace = 'default'): void =>
    index.setRoleBinding({
      metadata: { name, namespace },
      subjects: [subject],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    });

  it('forbids in the words of the original', () => {
    const jane = user('jane');
    expect(forbidden(request(jane, 'list', 'pods', { namespace: 'default' } as never)).message).toBe(
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
    );
    const logs = request(jane, 'get', 'pods/log', { namespace: 'a', name: 'web' } as never);
    expect(forbidden(logs).toStatus()).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message:
        'pods "web" is forbidden: User "jane" cannot get resource "pods/log" in API group "" in the namespace "a"',
      reason: 'Forbidden',
      details: { name: 'web', kind: 'pods' },
      code: 403,
    });
    const roles = request(jane, 'create', 'clusterroles', { apiGroup: 'rbac.authorization.k8s.io' } as never);
    expect(forbidden(roles, 'because').message).toBe(
      'clusterroles.rbac.authorization.k8s.io is forbidden: User "jane" cannot create resource "clusterroles" in API group "rbac.authorization.k8s.io" at the cluster scope: because',
    );
    expect(forbidden({ user: jane, verb: 'get', resourceRequest: false, path: '/metrics' }).message).toBe(
      'forbidden: User "jane" cannot get path "/metrics"',
    );
  });

  it.each([
    ['members of system:masters everything', user('root', 'system:masters'), 'delete', 'nodes', true],
    ['the scheduler to bind pods', user('system:kube-scheduler'), 'create', 'pods/binding', true],
    ['the scheduler to read no secrets', user('system:kube-scheduler'), 'get', 'secrets', false],
    ['the proxy to watch services', user('system:kube-proxy'), 'watch', 'services', true],
    ['the proxy to write no services', user('system:kube-proxy'), 'update', 'services', false],
    ['the controller manager to create pods', user('system:kube-controller-manager'), 'create', 'pods', true],
    ['DNS to watch services', user('system:kube-dns', 'system:dns'), 'watch', 'services', true],
    ['DNS to read no pods', user('system:kube-dns', 'system:dns'), 'list', 'pods', false],
    ['nobody else anything', user('jane'), 'get', 'pods', false],
  ])('allows %s', (_, who, verb, resource, expected) => {
    expect(may(request(who, verb, resource))).toBe(expected);
  });

  it('lets whoever is authenticated discover the API, and anybody see that it lives', () => {
    const path = (who: UserInfo, value: string): boolean =>
      may({ user: who, verb: 'get', resourceRequest: false, path: value });
    const anonymous = { name: 'system:anonymous', uid: '', groups: ['system:unauthenticated'], extra: {} };
    expect([path(user('jane'), '/apis/apps/v1'), path(user('jane'), '/metrics')]).toEqual([true, false]);
    expect([path(anonymous, '/healthz'), path(anonymous, '/version'), path(anonymous, '/api')]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('keeps a binding to its namespace, and a service account to its name', () => {
    bind('editors', 'edit', { kind: 'ServiceAccount', name: 'ci', namespace: 'build' });
    const account = user('system:serviceaccount:build:ci');
    expect(may(request(account, 'create', 'deployments', { apiGroup: 'apps', namespace: 'default' } as never))).toBe(
      true,
    );
    expect(may(request(account, 'create', 'deployments', { apiGroup: 'apps', namespace: 'build' } as never))).toBe(
      false,
    );
    expect(may(request(account, 'get', 'secrets', { namespace: 'default' } as never))).toBe(true);
    expect(
      may(
        request(account, 'create', 'rolebindings', {
          apiGroup: 'rbac.authorization.k8s.io',
          namespace: 'default',
        } as never),
      ),
    ).toBe(false);
    index.deleteRoleBinding('default', 'editors');
    expect(may(request(account, 'get', 'pods', { namespace: 'default' } as never))).toBe(false);
  });

  it('names a bound role that does not exist', () => {
    bind('lost', 'nowhere', { kind: 'User', name: 'kim' });
    expect(authorizer.authorize(request(user('kim'), 'get', 'pods', { namespace: 'default' } as never))).toEqual({
      allowed: false,
      reason: 'RBAC: clusterrole.rbac.authorization.k8s.io "nowhere" not found',
    });
  });

  it('limits a rule to the names it lists', () => {
    index.setRole({
      metadata: { name: 'one', namespace: 'x' },
      rules: [{ verbs: ['get'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['a'] }],
    });
    index.setRoleBinding({
      metadata: { name: 'one', namespace: 'x' },
      subjects: [{ kind: 'Group', name: 'team' }],
      roleRef: { kind: 'Role', name: 'one' },
    });
    const get = (name: string): boolean =>
      may(request(user('lee', 'team'), 'get', 'configmaps', { namespace: 'x', name } as never));
    expect([get('a'), get('b'), get('')]).toEqual([true, false, false]);
  });

  describe('escalation', () => {
    const check = new EscalationCheck(index, rbac, authorizer);
    const pat = user('pat');
    beforeAll(() => bind('admins', 'admin', { kind: 'User', name: 'pat' }));

    it('is refused with what is missing', () => {
      const role = {
        metadata: { name: 'r', namespace: 'default' },
        rules: [{ verbs: ['get', 'delete'], apiGroups: [''], resources: ['nodes', 'pods'] }],
      };
      expect(() => check.role(pat, 'roles', role)).toThrow(
        'roles.rbac.authorization.k8s.io "r" is forbidden: user "pat" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["nodes"], Verbs:["get" "delete"]}',
      );
      expect(() => check.role(user('root', 'system:masters'), 'roles', role)).not.toThrow();
    });

    it('is no matter when the rights are held, or nothing is granted', () => {
      const role = (resource: string) => ({
        metadata: { name: 'r', namespace: 'default' },
        rules: [{ verbs: ['get'], apiGroups: [''], resources: [resource] }],
      });
      expect(() => check.role(pat, 'roles', role('pods/log'))).not.toThrow();
      expect(() => check.role(pat, 'roles', role('nodes'), role('nodes'))).not.toThrow();
    });

    it('by binding is refused, unless the role may be bound', () => {
      const binding = (role: string) => ({
        metadata: { name: 'b', namespace: 'default' },
        subjects: [{ kind: 'User', name: 'pat' }],
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
      });
      expect(() => check.binding(pat, 'rolebindings', binding('view'))).not.toThrow();
      expect(() => check.binding(pat, 'rolebindings', binding('cluster-admin'))).toThrow('not currently held');
      expect(() => check.binding(pat, 'rolebindings', binding('none'))).toThrow(
        'clusterroles.rbac.authorization.k8s.io "none" not found',
      );
    });
  });

  it('reconciliation adds what is missing, keeps what was added, and leaves frozen objects alone', () => {
    const [expected] = bootstrapClusterRoles().filter(({ metadata }) => metadata?.name === 'system:node-proxier');
    if (!expected) throw new Error('no such role');
    expect(mergeRole(expected, expected)).toBeUndefined();
    const extra = { verbs: ['get'], apiGroups: ['x'], resources: ['y'] };
    const changed: rbacv1.ClusterRole = { ...expected, rules: [extra, ...(expected.rules ?? []).slice(1)] };
    const merged = mergeRole(changed, expected);
    expect(merged?.rules).toHaveLength(4 + (expected.rules ?? []).length);
    expect(merged?.rules?.[0]).toEqual(extra);
    const annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' };
    expect(mergeRole({ ...changed, metadata: { ...changed.metadata, annotations } }, expected)).toBeUndefined();
    const [binding] = bootstrapClusterRoleBindings();
    if (!binding) throw new Error('no binding');
    expect(mergeBinding({ ...binding, subjects: [] }, binding)).toMatchObject({ subjects: binding.subjects });
    expect(mergeBinding({ ...binding, roleRef: { name: 'other' } }, binding)).toBe('replace');
  });
});
