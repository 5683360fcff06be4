import { Kinds } from '@skiff/contracts';
import { systemPriorityClasses } from '../bootstrap/objects/priority-classes';
import {
  bootstrapClusterRoleBindings,
  bootstrapClusterRoles,
  bootstrapRoleBindings,
  bootstrapRoles,
} from '../auth/policy/bootstrap-policy';
import { mergeBinding, mergeRole } from '../auth/policy/merge';
import { ensure, reconcile } from '../bootstrap/ensure';
import { firstObjects, type FirstObjectsOptions } from '../bootstrap/first-objects';
import type { Registry } from '../registry/registry';

const namespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];
/** Creates what a cluster starts with, as far as it is missing, and brings the default roles up to date. */
export async function bootstrap(registry: Registry, options: FirstObjectsOptions): Promise<void> {
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
    firstObjects(registry, options),
  ]);
}
