import type { corev1, eventsv1 } from '@skiff/contracts';
import { column, nameColumn, nameOf, age } from '@skiff/apimachinery';
import { printer, type Printer } from './columns';

const columns = [
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

export const eventPrinters: readonly Printer[] = [
  printer<corev1.Event>('/events', columns, (event, now) => {
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
  }),
  printer<eventsv1.Event>('events.k8s.io/events', columns, (event, now) => {
    const first = event.deprecatedFirstTimestamp ?? event.eventTime ?? event.metadata?.creationTimestamp;
    const about = event.regarding;
    return [
      age(event.deprecatedLastTimestamp ?? first, now),
      event.type ?? '',
      event.reason ?? '',
      `${(about?.kind ?? '').toLowerCase()}/${about?.name ?? ''}`,
      about?.fieldPath ?? '',
      event.reportingController ?? '',
      (event.note ?? '').trim(),
      age(first, now),
      event.deprecatedCount || 1,
      nameOf(event),
    ];
  }),
];
