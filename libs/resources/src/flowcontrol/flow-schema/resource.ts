import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultFlowSchema } from './defaults';
import { flowSchemaTable } from './table';
import { flowSchemaValidation } from './validation';

export const flowSchemaResource = defineResource({
  kind: Kinds.FlowSchema,
  subresources: [statusSubresource],
  defaults: defaultFlowSchema,
  validation: flowSchemaValidation,
  table: flowSchemaTable,
});
