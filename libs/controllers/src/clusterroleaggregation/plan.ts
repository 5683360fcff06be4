import type { rbacv1 } from '@skiff/contracts';
import { selects } from '../shared/labels';
import { semanticEqual } from '../shared/semantic-equal';

/** The rules of all roles that a role's aggregation rule selects, in order of their names, each once. */
export function aggregateRules(role: rbacv1.ClusterRole, all: readonly rbacv1.ClusterRole[]): rbacv1.PolicyRule[] {
  const rules: rbacv1.PolicyRule[] = [];
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selected = all
      .filter((other) => other.metadata?.name !== role.metadata?.name && selects(selector, other.metadata?.labels))
      .sort((left, right) => ((left.metadata?.name ?? '') < (right.metadata?.name ?? '') ? -1 : 1));
    for (const rule of selected.flatMap((other) => other.rules ?? [])) {
      if (!rules.some((known) => semanticEqual(known, rule))) rules.push(rule);
    }
  }
  return rules;
}
