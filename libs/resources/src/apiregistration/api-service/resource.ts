import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultApiService } from './defaults';
import { apiServiceStrategy } from './strategy';
import { apiServiceTable } from './table';
import { apiServiceValidation } from './validation';

export const apiServiceResource = defineResource({
  kind: Kinds.APIService,
  generation: false,
  subresources: [statusSubresource],
  defaults: defaultApiService,
  validation: apiServiceValidation,
  strategy: apiServiceStrategy,
  table: apiServiceTable,
});
