import { age, nameOf, type Table } from '@skiff/apimachinery';
import type { eventsv1 } from '@skiff/contracts';
import { columns } from '../../core/event/table';

export const eventsEventTable: Table<eventsv1.Event> = {
  columns: columns,
  cells: (event, now) => {
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
  },
};
