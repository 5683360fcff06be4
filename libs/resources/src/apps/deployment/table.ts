import { column, formatLabelSelector, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';
import { templateCells, workloadColumns } from '../../core/pod/template-columns';

export const deploymentTable: Table<appsv1.Deployment> = {
  columns: [
    nameColumn,
    column('Ready', 'Ready pods of those wanted.'),
    column('Up-to-date', 'Pods of the newest template.'),
    column('Available', 'Pods that have been ready long enough.'),
    ...workloadColumns,
  ],
  cells: (deployment, now) => {
    const { spec, status } = deployment;
    return [
      nameOf(deployment),
      `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
      status?.updatedReplicas ?? 0,
      status?.availableReplicas ?? 0,
      ...templateCells(deployment, spec?.template, now),
      formatLabelSelector(spec?.selector),
    ];
  },
};
