import { defineResource, fieldsAt, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { proxySubresource } from '../connections';
import { defaultService } from './defaults';
import { serviceQuota } from './quota';
import { serviceStrategy } from './strategy';
import { serviceTable } from './table';
import { serviceValidation } from './validation/validation';

export const serviceProxy = proxySubresource('ServiceProxyOptions');

export const serviceResource = defineResource({
  kind: Kinds.Service,
  generation: false,
  answersDeleted: true,
  selectableFields: fieldsAt('spec.clusterIP', 'spec.type'),
  subresources: [serviceProxy, statusSubresource],
  defaults: defaultService,
  validation: serviceValidation,
  strategy: serviceStrategy,
  table: serviceTable,
  quota: serviceQuota,
});
