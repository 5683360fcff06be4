import { defineResource, fieldsAt, storedAs } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { eventsEventConversion } from './conversion';
import { eventsEventTable } from './table';
import { eventsEventValidation } from './validation';

export const eventsEventResource = defineResource({
  kind: Kinds.EventsEvent,
  generation: false,
  storagePrefix: '/registry/events/',
  storage: storedAs(eventsEventConversion),
  selectableFields: {
    ...fieldsAt(
      ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
        (field) => `regarding.${field}`,
      ),
    ),
    ...fieldsAt('reason', 'reportingController', 'type'),
  },
  validation: eventsEventValidation,
  table: eventsEventTable,
  quota: null,
});
