import { ageColumn, ageOf, column, formatLabelSelector, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { networkingv1 } from '@skiff/contracts';

export const networkPolicyTable: Table<networkingv1.NetworkPolicy> = {
  columns: [nameColumn, column('Pod-Selector', 'Which pods it is for.'), ageColumn],
  cells: (policy, now) => [nameOf(policy), formatLabelSelector(policy.spec?.podSelector), ageOf(policy, now)],
};
