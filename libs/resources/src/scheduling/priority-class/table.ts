import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { schedulingv1 } from '@skiff/contracts';

export const priorityClassTable: Table<schedulingv1.PriorityClass> = {
  columns: [
    nameColumn,
    column('Value', 'The priority that it stands for.', { type: 'integer' }),
    column('Global-Default', 'Whether pods without a class have it.', { type: 'boolean' }),
    ageColumn,
    column('PreemptionPolicy', 'Whether its pods take the place of others.'),
  ],
  cells: (value, now) => [
    nameOf(value),
    value.value ?? 0,
    value.globalDefault ?? false,
    ageOf(value, now),
    value.preemptionPolicy ?? '',
  ],
};
