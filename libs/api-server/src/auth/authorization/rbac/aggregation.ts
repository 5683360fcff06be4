import { jsonKey, type JsonObject } from '@skiff/apimachinery';
import type { metav1, rbacv1 } from '@skiff/contracts';

/**
 * The rules of an aggregated role: those of the roles that its selectors select, each once, selector by
 * selector in the order of the roles' names, as upstream's controller has it.
 */
export function aggregatedRules(
  role: rbacv1.ClusterRole,
  all: Iterable<rbacv1.ClusterRole>,
  matches: (selector: metav1.LabelSelector, labels: Readonly<Record<string, string>>) => boolean,
): rbacv1.PolicyRule[] {
  const others = [...all]
    .filter(({ metadata }) => metadata?.name !== role.metadata?.name)
    .sort((one, other) => ((one.metadata?.name ?? '') < (other.metadata?.name ?? '') ? -1 : 1));
  const rules = new Map<string, rbacv1.PolicyRule>();
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? [])
    for (const other of others.filter(({ metadata }) => matches(selector, metadata?.labels ?? {})))
      for (const rule of other.rules ?? []) {
        const key = jsonKey(rule as JsonObject);
        if (!rules.has(key)) rules.set(key, rule);
      }
  return [...rules.values()];
}
