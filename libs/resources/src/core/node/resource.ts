import { connectSubresource, defineResource, fieldOr, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultNode } from './defaults';
import { nodeStrategy } from './strategy';
import { nodeTable } from './table';
import { nodeValidation } from './validation';

export const nodeResource = defineResource({
  kind: Kinds.Node,
  generation: false,
  selectableFields: fieldOr('spec.unschedulable', 'false'),
  subresources: [
    connectSubresource('proxy', { group: '', version: 'v1', kind: 'NodeProxyOptions' }, [
      'create',
      'delete',
      'get',
      'patch',
      'update',
    ]),
    statusSubresource,
  ],
  defaults: defaultNode,
  validation: nodeValidation,
  strategy: nodeStrategy,
  table: nodeTable,
});
