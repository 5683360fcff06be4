import { connectSubresource, defineResource, fieldsAt, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultService } from './defaults';
import { serviceQuota } from './quota';
import { serviceStrategy } from './strategy';
import { serviceTable } from './table';
import { serviceValidation } from './validation/validation';

export const serviceResource = defineResource({
  kind: Kinds.Service,
  generation: false,
  answersDeleted: true,
  selectableFields: fieldsAt('spec.clusterIP', 'spec.type'),
  subresources: [
    connectSubresource('proxy', { group: '', version: 'v1', kind: 'ServiceProxyOptions' }, [
      'create',
      'delete',
      'get',
      'patch',
      'update',
    ]),
    statusSubresource,
  ],
  defaults: defaultService,
  validation: serviceValidation,
  strategy: serviceStrategy,
  table: serviceTable,
  quota: serviceQuota,
});
