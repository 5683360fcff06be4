import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { autoscalingv1 } from '@skiff/contracts';

export const scaleTable: Table<autoscalingv1.Scale> = {
  columns: [
    nameColumn,
    column('Desired', 'Pods that are wanted.', { type: 'integer' }),
    column('Available', 'Pods that exist.', { type: 'integer' }),
    ageColumn,
  ],
  cells: (scale, now) => [nameOf(scale), scale.spec?.replicas ?? 0, scale.status?.replicas ?? 0, ageOf(scale, now)],
};
