import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultEndpointSlice } from './defaults';
import { endpointSliceStrategy } from './strategy';
import { endpointSliceTable } from './table';
import { endpointSliceValidation } from './validation';

export const endpointSliceResource = defineResource({
  kind: Kinds.EndpointSlice,
  defaults: defaultEndpointSlice,
  validation: endpointSliceValidation,
  strategy: endpointSliceStrategy,
  table: endpointSliceTable,
});
