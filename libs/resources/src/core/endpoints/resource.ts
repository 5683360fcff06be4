import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultEndpoints } from './defaults';
import { endpointsTable } from './table';
import { endpointsValidation } from './validation';

export const endpointsResource = defineResource({
  kind: Kinds.Endpoints,
  generation: false,
  defaults: defaultEndpoints,
  validation: endpointsValidation,
  table: endpointsTable,
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
});
