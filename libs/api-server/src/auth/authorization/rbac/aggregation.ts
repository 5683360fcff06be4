import { isDeepStrictEqual } from 'node:util';
import type { metav1, rbacv1 } from '@skiff/contracts';

/** The rules of an aggregated role: those of every role that one of its selectors selects, each once, by role name. */
export function aggregatedRules(
  role: rbacv1.ClusterRole,
  all: Iterable<rbacv1.ClusterRole>,
  matches: (selector: metav1.LabelSelector, labels: Readonly<Record<string, string>>) => boolean,
): rbacv1.PolicyRule[] {
  const selectors = role.aggregationRule?.clusterRoleSelectors ?? [];
  const selected = [...all]
    .filter((other) => other.metadata?.name !== role.metadata?.name)
    .filter((other) => selectors.some((selector) => matches(selector, other.metadata?.labels ?? {})))
    .sort((one, other) => ((one.metadata?.name ?? '') < (other.metadata?.name ?? '') ? -1 : 1));
  const rules: rbacv1.PolicyRule[] = [];
  for (const rule of selected.flatMap((other) => other.rules ?? []))
    if (!rules.some((known) => isDeepStrictEqual(known, rule))) rules.push(rule);
  return rules;
}
