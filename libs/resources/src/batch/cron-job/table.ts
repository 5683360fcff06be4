import { age, column, formatLabelSelector, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { batchv1 } from '@skiff/contracts';
import { templateCells, workloadColumns } from '../../core/pod/template-columns';

export const cronJobTable: Table<batchv1.CronJob> = {
  columns: [
    nameColumn,
    column('Schedule', 'When it runs.'),
    column('Timezone', 'The time zone of its schedule.'),
    column('Suspend', 'Whether it pauses.'),
    column('Active', 'Jobs that run now.', { type: 'integer' }),
    column('Last Schedule', 'Time since it ran last.'),
    ...workloadColumns,
  ],
  cells: (cron, now) => {
    const { spec, status } = cron;
    return [
      nameOf(cron),
      spec?.schedule ?? '',
      spec?.timeZone ?? '<none>',
      spec?.suspend ? 'True' : 'False',
      status?.active?.length ?? 0,
      status?.lastScheduleTime ? age(status.lastScheduleTime, now) : '<none>',
      ...templateCells(cron, spec?.jobTemplate?.spec?.template, now),
      formatLabelSelector(spec?.jobTemplate?.spec?.selector),
    ];
  },
};
