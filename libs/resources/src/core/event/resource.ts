import { defineResource, fieldsAt, fieldText } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { eventTable } from './table';
import { eventValidation } from './validation';

export const eventResource = defineResource({
  kind: Kinds.Event,
  generation: false,
  selectableFields: {
    ...fieldsAt(
      ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
        (field) => `involvedObject.${field}`,
      ),
    ),
    ...fieldsAt('reason', 'reportingComponent', 'type'),
    source: (event) => fieldText(event, 'source.component') || fieldText(event, 'reportingComponent'),
  },
  validation: eventValidation,
  table: eventTable,
  quota: null,
});
