import { ageColumn, ageOf, column, formatLabelSelector, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';
import { containersOf, workloadColumns } from '../../core/pod/template-columns';

export const replicaSetTable: Table<appsv1.ReplicaSet> = {
  columns: [
    nameColumn,
    column('Desired', 'Pods that are wanted.', { type: 'integer' }),
    column('Current', 'Pods that exist.', { type: 'integer' }),
    column('Ready', 'Pods that are ready.', { type: 'integer' }),
    ageColumn,
    ...workloadColumns,
  ],
  cells: (set, now) => [
    nameOf(set),
    set.spec?.replicas ?? 0,
    set.status?.replicas ?? 0,
    set.status?.readyReplicas ?? 0,
    ageOf(set, now),
    ...containersOf(set.spec?.template),
    formatLabelSelector(set.spec?.selector),
  ],
};
