import { column, formatLabelSelector, humanDuration, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { batchv1 } from '@skiff/contracts';
import { templateCells, workloadColumns } from '../../core/pod/template-columns';

export const jobTable: Table<batchv1.Job> = {
  columns: [
    nameColumn,
    column('Status', 'What the job is doing.'),
    column('Completions', 'Completed pods of those wanted.'),
    column('Duration', 'How long it has run.'),
    ...workloadColumns,
  ],
  cells: (job, now) => {
    const { spec, status } = job;
    const is = (type: string): boolean =>
      status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
    const state = is('Complete')
      ? 'Complete'
      : is('Failed')
        ? 'Failed'
        : job.metadata?.deletionTimestamp
          ? 'Terminating'
          : is('Suspended')
            ? 'Suspended'
            : is('FailureTarget')
              ? 'FailureTarget'
              : is('SuccessCriteriaMet')
                ? 'SuccessCriteriaMet'
                : 'Running';
    const wanted = spec?.completions ?? ((spec?.parallelism ?? 0) > 1 ? `1 of ${spec?.parallelism}` : 1);
    const end = status?.completionTime ? Date.parse(status.completionTime) : now;
    return [
      nameOf(job),
      state,
      `${status?.succeeded ?? 0}/${wanted}`,
      status?.startTime ? humanDuration(end - Date.parse(status.startTime)) : '',
      ...templateCells(job, spec?.template, now),
      formatLabelSelector(spec?.selector),
    ];
  },
};
