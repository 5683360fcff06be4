import { isDeepStrictEqual } from 'node:util';
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
  const rules: rbacv1.PolicyRule[] = [];
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? [])
    for (const other of others.filter(({ metadata }) => matches(selector, metadata?.labels ?? {})))
      for (const rule of other.rules ?? [])
        if (!rules.some((known) => isDeepStrictEqual(known, rule))) rules.push(rule);
  return rules;
}
