import { age, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { corev1, eventsv1 } from '@skiff/contracts';

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

/** What the table shows of an event, whichever version it is in. */
export interface EventRow {
  readonly first: string | null | undefined;
  readonly last: string | null | undefined;
  readonly about: corev1.ObjectReference | undefined;
  readonly source: string;
  readonly message: string | undefined;
  readonly count: number | undefined;
}

/** The table of a kind of event. */
export function eventTableOf<T extends corev1.Event | eventsv1.Event>(read: (event: T) => EventRow): Table<T> {
  return {
    columns,
    cells: (event, now) => {
      const { last, about, source, message, count, ...row } = read(event);
      const first = row.first ?? event.eventTime ?? event.metadata?.creationTimestamp;
      return [
        age(last ?? first, now),
        event.type ?? '',
        event.reason ?? '',
        `${(about?.kind ?? '').toLowerCase()}/${about?.name ?? ''}`,
        about?.fieldPath ?? '',
        source,
        (message ?? '').trim(),
        age(first, now),
        count || 1,
        nameOf(event),
      ];
    },
  };
}

const sourceOf = ({ source, reportingComponent, reportingInstance }: corev1.Event): string =>
  [source?.component || reportingComponent, source?.host || reportingInstance].filter(Boolean).join(', ');

export const eventTable = eventTableOf((event: corev1.Event) => ({
  first: event.firstTimestamp,
  last: event.lastTimestamp,
  about: event.involvedObject,
  source: sourceOf(event),
  message: event.message,
  count: event.count || event.series?.count,
}));
