import { column, formatLabelSelector, nameColumn, nameOf, pairs, type Table } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';
import { templateCells, workloadColumns } from '../../core/pod/template-columns';

export const daemonSetTable: Table<appsv1.DaemonSet> = {
  columns: [
    nameColumn,
    ...['Desired', 'Current', 'Ready', 'Up-to-date', 'Available'].map((name) =>
      column(name, `Nodes that run its pod: ${name.toLowerCase()}.`, { type: 'integer' }),
    ),
    column('Node Selector', 'Which nodes run it.'),
    ...workloadColumns,
  ],
  cells: (set, now) => {
    const { spec, status } = set;
    return [
      nameOf(set),
      status?.desiredNumberScheduled ?? 0,
      status?.currentNumberScheduled ?? 0,
      status?.numberReady ?? 0,
      status?.updatedNumberScheduled ?? 0,
      status?.numberAvailable ?? 0,
      pairs(spec?.template?.spec?.nodeSelector),
      ...templateCells(set, spec?.template, now),
      formatLabelSelector(spec?.selector),
    ];
  },
};
