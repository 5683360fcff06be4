import { age, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

export const columns = [
  column('Last Seen', 'When it happened last.'),
  column('Type', 'Normal or Warning.'),
  column('Reason', 'Why, in one word.'),
  column('Object', 'What it is about.'),
  column('Subobject', 'Which part of it.', { wide: true }),
  column('Source', 'Who tells it.', { wide: true }),
  column('Message', 'What happened.'),
  column('First Seen', 'When it happened first.', { wide: true }),
  column('Count', 'How often it happened.', { wide: true }),
  { ...nameColumn, priority: 1 },
];

export const eventTable: Table<corev1.Event> = {
  columns: columns,
  cells: (event, now) => {
    const first = event.firstTimestamp ?? event.eventTime ?? event.metadata?.creationTimestamp;
    const about = event.involvedObject;
    const source = [event.source?.component || event.reportingComponent, event.source?.host || event.reportingInstance]
      .filter(Boolean)
      .join(', ');
    return [
      age(event.lastTimestamp ?? first, now),
      event.type ?? '',
      event.reason ?? '',
      `${(about?.kind ?? '').toLowerCase()}/${about?.name ?? ''}`,
      about?.fieldPath ?? '',
      source,
      (event.message ?? '').trim(),
      age(first, now),
      event.count || event.series?.count || 1,
      nameOf(event),
    ];
  },
};
