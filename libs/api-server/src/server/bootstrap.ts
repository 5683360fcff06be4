import { Kinds, type Kind } from '@skiff/contracts';
import { hasReason } from '@skiff/platform';
import { systemPriorityClasses } from '../admission/plugins/priority';
import {
  bootstrapClusterRoleBindings,
  bootstrapClusterRoles,
  bootstrapRoleBindings,
  bootstrapRoles,
} from '../auth/policy/bootstrap-policy';
import { mergeBinding, mergeRole } from '../auth/policy/merge';
import { apiServerUser } from '../auth/user';
import type { ApiObject } from '../pipeline/admission';
import type { Registry } from '../registry/registry';
import type { WriteContext } from '../registry/writes/write';

const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
const write: WriteContext = {
  user: apiServerUser,
  dryRun: false,
  fieldManager: 'kube-apiserver',
  warn: () => undefined,
};

/** Creates what a cluster starts with, as far as it is missing, and brings the default roles up to date. */
export async function bootstrap(registry: Registry): Promise<void> {
  await Promise.all(
    namespaces.map((name) =>
      ensure(registry, Kinds.Namespace, '', { kind: 'Namespace', apiVersion: 'v1', metadata: { name }, spec: {} }),
    ),
  );
  await Promise.all([
    ...systemPriorityClasses.map((priorityClass) => ensure(registry, Kinds.PriorityClass, '', priorityClass)),
    ...bootstrapClusterRoles().map((role) => reconcile(registry, Kinds.ClusterRole, role, mergeRole)),
    ...bootstrapClusterRoleBindings().map((binding) =>
      reconcile(registry, Kinds.ClusterRoleBinding, binding, mergeBinding),
    ),
    ...bootstrapRoles().map((role) => reconcile(registry, Kinds.Role, role, mergeRole)),
    ...bootstrapRoleBindings().map((binding) => reconcile(registry, Kinds.RoleBinding, binding, mergeBinding)),
  ]);
}

async function ensure<T extends ApiObject>(
  registry: Registry,
  kind: Kind<T>,
  namespace: string,
  object: T,
): Promise<void> {
  const store = registry.of(kind);
  await store.cache.ready();
  if (store.cache.get(store.key(namespace, object.metadata?.name ?? ''))) return;
  try {
    await store.create(object, namespace, write);
  } catch (error) {
    // Another server was faster.
    if (!hasReason(error, 'AlreadyExists')) throw error;
  }
}

async function reconcile<T extends ApiObject>(
  registry: Registry,
  kind: Kind<T>,
  expected: T,
  merge: (existing: T, expected: T) => T | 'replace' | undefined,
): Promise<void> {
  const { name = '', namespace = '' } = expected.metadata ?? {};
  const store = registry.of(kind);
  await store.cache.ready();
  const existing = store.cache.get(store.key(namespace, name))?.object;
  if (!existing) return ensure(registry, kind, namespace, expected);
  const merged = merge(existing, expected);
  if (merged === undefined) return;
  if (merged === 'replace') {
    await store.delete(namespace, name, {}, write);
    await store.create(expected, namespace, write);
    return;
  }
  const change = (current: T): T => {
    const again = merge(current, expected);
    return again === undefined || again === 'replace' ? current : again;
  };
  await store.update({ namespace, name, subresource: '', change }, write);
}
