import type { eventsv1 } from '@skiff/contracts';
import { eventTableOf } from '../../core/event/table';

export const eventsEventTable = eventTableOf((event: eventsv1.Event) => ({
  first: event.deprecatedFirstTimestamp,
  last: event.deprecatedLastTimestamp,
  about: event.regarding,
  source: event.reportingController ?? '',
  message: event.note,
  count: event.deprecatedCount,
}));
