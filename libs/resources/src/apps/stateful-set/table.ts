import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';
import { containersOf, workloadColumns } from '../../core/pod/template-columns';

export const statefulSetTable: Table<appsv1.StatefulSet> = {
  columns: [nameColumn, column('Ready', 'Ready pods of those wanted.'), ageColumn, ...workloadColumns.slice(0, 2)],
  cells: (set, now) => [
    nameOf(set),
    `${set.status?.readyReplicas ?? 0}/${set.spec?.replicas ?? 0}`,
    ageOf(set, now),
    ...containersOf(set.spec?.template),
  ],
};
