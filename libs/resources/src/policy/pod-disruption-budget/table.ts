import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { policyv1 } from '@skiff/contracts';

export const podDisruptionBudgetTable: Table<policyv1.PodDisruptionBudget> = {
  columns: [
    nameColumn,
    column('Min Available', 'Pods that have to stay.'),
    column('Max Unavailable', 'Pods that may go.'),
    column('Allowed Disruptions', 'Pods that may go now.', { type: 'integer' }),
    ageColumn,
  ],
  cells: (budget, now) => [
    nameOf(budget),
    String(budget.spec?.minAvailable ?? 'N/A'),
    String(budget.spec?.maxUnavailable ?? 'N/A'),
    budget.status?.disruptionsAllowed ?? 0,
    ageOf(budget, now),
  ],
};
