import { column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';
import { templateCells, templateColumns } from '../../core/pod/template-columns';

export const statefulSetTable: Table<appsv1.StatefulSet> = {
  columns: [nameColumn, column('Ready', 'Ready pods of those wanted.'), ...templateColumns],
  cells: (set, now) => [
    nameOf(set),
    `${set.status?.readyReplicas ?? 0}/${set.spec?.replicas ?? 0}`,
    ...templateCells(set, set.spec?.template, now),
  ],
};
