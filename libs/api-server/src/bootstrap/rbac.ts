import { Kinds, type metav1, type rbacv1 } from '@skiff/contracts';
import { labelSelectorPredicate } from '@skiff/api';
import type { Logger } from '@skiff/platform';
import { follow } from '../auth/access-indexes';
import { aggregatedRules } from '../auth/authorization/rbac/aggregation';
import {
  bootstrapClusterRoleBindings,
  bootstrapClusterRoles,
  bootstrapRoleBindings,
  bootstrapRoles,
} from '../auth/policy/bootstrap-policy';
import { mergeBinding, mergeRole } from '../auth/policy/merge';
import type { Registry } from '../registry/registry';
import { isDeepStrictEqual } from 'node:util';
import { ensure, ownWrite } from './ensure';

/** Writes the default roles and bindings, and adds to those that exist what they lack. */
export async function bootstrapRbac(registry: Registry): Promise<void> {
  await Promise.all([
    ...bootstrapClusterRoles().map((role) =>
      ensure(registry, Kinds.ClusterRole, role, (existing) => mergeRole(existing, role)),
    ),
    ...bootstrapRoles().map((role) => ensure(registry, Kinds.Role, role, (existing) => mergeRole(existing, role))),
    ...bootstrapClusterRoleBindings().map((binding) => ensureBinding(registry, Kinds.ClusterRoleBinding, binding)),
    ...bootstrapRoleBindings().map((binding) => ensureBinding(registry, Kinds.RoleBinding, binding)),
  ]);
}

async function ensureBinding(
  registry: Registry,
  kind: typeof Kinds.ClusterRoleBinding | typeof Kinds.RoleBinding,
  binding: rbacv1.ClusterRoleBinding | rbacv1.RoleBinding,
): Promise<void> {
  type Binding = typeof binding;
  const key = { namespace: binding.metadata?.namespace, name: binding.metadata?.name ?? '' };
  const same = kind as typeof Kinds.RoleBinding;
  const existing = await registry.get(same, key);
  // A binding's role cannot be changed in place.
  if (existing && mergeBinding<Binding>(existing, binding) === 'replace')
    await registry.of(same).delete(key.namespace ?? '', key.name, {}, ownWrite);
  await ensure(registry, same, binding as rbacv1.RoleBinding, (current) => {
    const merged = mergeBinding(current, binding as rbacv1.RoleBinding);
    return merged === 'replace' ? undefined : merged;
  });
}

const selects = (selector: metav1.LabelSelector, labels: Readonly<Record<string, string>>): boolean =>
  labelSelectorPredicate(selector)(labels);

/** Gives aggregated roles the rules of those they select, now and whenever a role changes, until the signal aborts. */
export async function aggregateClusterRoles(registry: Registry, logger: Logger, signal: AbortSignal): Promise<void> {
  let again = false;
  let running: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    do {
      again = false;
      await aggregateOnce(registry);
    } while (again && !signal.aborted);
  };
  const trigger = (): void => {
    again = true;
    running ??= run()
      .catch((error: unknown) => logger.error('cluster roles could not be aggregated', { error }))
      .finally(() => (running = undefined));
  };
  await follow(registry, Kinds.ClusterRole, signal, { set: trigger, delete: trigger });
  await running;
}

async function aggregateOnce(registry: Registry): Promise<void> {
  await registry.of(Kinds.ClusterRole).refresh();
  const roles = new Map((await registry.list(Kinds.ClusterRole)).map((role) => [role.metadata?.name ?? '', role]));
  // Roles may aggregate aggregated ones: view is part of edit, and edit of admin.
  for (let changed = true; changed;) {
    changed = false;
    for (const [name, role] of roles) {
      if (!role.aggregationRule) continue;
      const rules = aggregatedRules(role, roles.values(), selects);
      if (isDeepStrictEqual(rules, role.rules ?? [])) continue;
      roles.set(name, { ...role, rules });
      changed = true;
    }
  }
  for (const [name, role] of roles)
    if (role.aggregationRule)
      await registry
        .of(Kinds.ClusterRole)
        .update(
          { namespace: '', name, subresource: '', change: (current) => ({ ...current, rules: role.rules }) },
          ownWrite,
        );
}
