import type { rbacv1 } from '@skiff/contracts';
import { wellKnown } from '../user';
import { componentRoles } from './component-roles';
import { controllerRules } from './controller-roles';
import { read, rule } from './rule';
import { userRoles, type RoleSpec } from './user-roles';

const apiGroup = 'rbac.authorization.k8s.io';
const metadata = (name: string, labels: Readonly<Record<string, string>> = {}, namespace?: string) => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
});

const controllerPrefix = 'system:controller:';
/**
 * Controllers that Skiff's controller manager does not run: their roles are for upstream's. One that joins it is
 * taken from here.
 */
const upstreamControllers: ReadonlySet<string> = new Set([
  'attachdetach-controller',
  'horizontal-pod-autoscaler',
  'persistent-volume-binder',
  'service-controller',
]);
const controllerRoles = Object.entries(controllerRules).map(([name, rules]): RoleSpec => ({
  name: controllerPrefix + name,
  rules,
}));

const user = (name: string): rbacv1.Subject => ({ kind: 'User', apiGroup, name });
const group = (name: string): rbacv1.Subject => ({ kind: 'Group', apiGroup, name });
const systemAccount = (name: string): rbacv1.Subject => ({ kind: 'ServiceAccount', name, namespace: 'kube-system' });

/** The services of a cluster; that of traces is whoever hands on spans to it. */
const spanWriters = [
  group('system:nodes'),
  group('system:dns'),
  user('system:kube-proxy'),
  user('system:kube-scheduler'),
  user('system:kube-controller-manager'),
  user('kube-apiserver-kubelet-client'),
  user('system:skiff-traces'),
];

/** Every ClusterRole that a cluster starts with. Aggregated ones get their rules from others. */
export function bootstrapClusterRoles(): rbacv1.ClusterRole[] {
  return [...userRoles, ...componentRoles, ...controllerRoles].map(({ name, labels, rules, aggregationRule }) => ({
    kind: 'ClusterRole',
    apiVersion: `${apiGroup}/v1`,
    metadata: metadata(name, labels),
    ...(aggregationRule ? { aggregationRule, rules: null } : { rules: [...(rules ?? [])] }),
  }));
}

/** Every ClusterRoleBinding that a cluster starts with. */
export function bootstrapClusterRoleBindings(): rbacv1.ClusterRoleBinding[] {
  const everybody = group(wellKnown.authenticated);
  const bindings: [string, ...rbacv1.Subject[]][] = [
    ['cluster-admin', group(wellKnown.masters)],
    ['system:monitoring', group('system:monitoring')],
    ['system:discovery', everybody],
    ['system:basic-user', everybody],
    ['system:public-info-viewer', everybody, group(wellKnown.unauthenticated)],
    ['system:node-proxier', user('system:kube-proxy')],
    ['system:kube-controller-manager', user('system:kube-controller-manager')],
    ['system:kube-dns', systemAccount('kube-dns')],
    ['system:skiff:dns', group('system:dns')],
    ['system:auth-delegator', user('system:skiff-traces')],
    ['system:skiff:span-writer', ...spanWriters],
    ['system:kube-scheduler', user('system:kube-scheduler')],
    ['system:volume-scheduler', user('system:kube-scheduler')],
    // What the API server is to kubelets.
    ['system:kubelet-api-admin', user('kube-apiserver-kubelet-client')],
    // The Node authorizer gives a kubelet its rights.
    ['system:node'],
    ['system:service-account-issuer-discovery', group(wellKnown.serviceAccounts)],
    // Skiff's controllers share one identity; upstream's may have a service account each.
    ...Object.keys(controllerRules).map((controller): [string, ...rbacv1.Subject[]] => [
      controllerPrefix + controller,
      systemAccount(controller),
      ...(upstreamControllers.has(controller) ? [] : [user('system:kube-controller-manager')]),
    ]),
  ];
  return bindings.map(([name, ...subjects]) => ({
    kind: 'ClusterRoleBinding',
    apiVersion: `${apiGroup}/v1`,
    metadata: metadata(name),
    ...(subjects.length ? { subjects } : {}),
    roleRef: { apiGroup, kind: 'ClusterRole', name },
  }));
}

/** Roles in `kube-system` that a cluster starts with. */
export function bootstrapRoles(): rbacv1.Role[] {
  const role = (name: string, ...rules: rbacv1.PolicyRule[]): rbacv1.Role => ({
    kind: 'Role',
    apiVersion: `${apiGroup}/v1`,
    metadata: metadata(name, {}, 'kube-system'),
    rules,
  });
  const locks = (component: string): rbacv1.Role =>
    role(
      `system::leader-locking-${component}`,
      rule('watch', 'core', 'configmaps'),
      rule('get update', 'core', 'configmaps', component),
    );
  return [
    role(
      'extension-apiserver-authentication-reader',
      rule(read, 'core', 'configmaps', 'extension-apiserver-authentication'),
    ),
    locks('kube-controller-manager'),
    locks('kube-scheduler'),
  ];
}

/** RoleBindings in `kube-system` that a cluster starts with. */
export function bootstrapRoleBindings(): rbacv1.RoleBinding[] {
  const binding = (name: string, role: string, ...subjects: rbacv1.Subject[]): rbacv1.RoleBinding => ({
    kind: 'RoleBinding',
    apiVersion: `${apiGroup}/v1`,
    metadata: metadata(name, {}, 'kube-system'),
    subjects,
    roleRef: { apiGroup, kind: 'Role', name: role },
  });
  const components = ['kube-controller-manager', 'kube-scheduler'];
  return [
    binding(
      'system::extension-apiserver-authentication-reader',
      'extension-apiserver-authentication-reader',
      ...components.map((name) => user(`system:${name}`)),
    ),
    ...components.map((name) =>
      binding(
        `system::leader-locking-${name}`,
        `system::leader-locking-${name}`,
        user(`system:${name}`),
        systemAccount(name),
      ),
    ),
  ];
}
