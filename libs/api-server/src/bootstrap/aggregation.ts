import { isDeepStrictEqual } from 'node:util';
import { labelSelectorPredicate } from '@skiff/apimachinery';
import { Kinds, type metav1 } from '@skiff/contracts';
import type { Logger } from '@skiff/platform';
import { aggregatedRules } from '../auth/authorization/rbac/aggregation';
import { apiServerUser } from '../auth/user';
import type { Registry } from '../registry/registry';
import type { WriteContext } from '../registry/writes/write';
import { follow } from '../registry/follow';
import { repeatable } from './repeatable';

const write: WriteContext = {
  user: apiServerUser,
  dryRun: false,
  fieldManager: 'clusterrole-aggregation-controller',
  warn: () => undefined,
};

const selects = (selector: metav1.LabelSelector, labels: Readonly<Record<string, string>>): boolean =>
  labelSelectorPredicate(selector)(labels);

/**
 * Gives aggregated roles the rules of those they select, now and whenever a role changes. Upstream has a
 * controller for it; here every API server does it, and all come to the same rules.
 */
export async function aggregateClusterRoles(registry: Registry, logger: Logger): Promise<void> {
  const aggregation = repeatable(
    () => aggregateOnce(registry),
    (error) => logger.error('cluster roles could not be aggregated', { error }),
  );
  await follow(registry, Kinds.ClusterRole, aggregation.trigger, aggregation.trigger);
  await aggregation.idle();
}

async function aggregateOnce(registry: Registry): Promise<void> {
  const store = registry.of(Kinds.ClusterRole);
  await store.refresh();
  const roles = new Map((await registry.list(Kinds.ClusterRole)).map((role) => [role.metadata?.name ?? '', role]));
  const changed = new Set<string>();
  // Roles may aggregate aggregated ones: view is part of edit, and edit of admin.
  for (let settled = false; !settled;) {
    settled = true;
    for (const [name, role] of roles) {
      if (!role.aggregationRule) continue;
      const rules = aggregatedRules(role, roles.values(), selects);
      if (isDeepStrictEqual(rules, role.rules ?? [])) continue;
      roles.set(name, { ...role, rules });
      changed.add(name);
      settled = false;
    }
  }
  for (const name of changed) {
    const rules = roles.get(name)?.rules ?? [];
    await store.update({ namespace: '', name, subresource: '', change: (current) => ({ ...current, rules }) }, write);
  }
}
