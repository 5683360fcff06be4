import { defineResource, fieldOr, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { proxySubresource } from '../connections';
import { defaultNode } from './defaults';
import { nodeStrategy } from './strategy';
import { nodeTable } from './table';
import { nodeValidation } from './validation';

export const nodeProxy = proxySubresource('NodeProxyOptions');

export const nodeResource = defineResource({
  kind: Kinds.Node,
  generation: false,
  selectableFields: fieldOr('spec.unschedulable', 'false'),
  subresources: [nodeProxy, statusSubresource],
  defaults: defaultNode,
  validation: nodeValidation,
  strategy: nodeStrategy,
  table: nodeTable,
});
