import { allVerbs, defineResource, fieldsAt, objectSubresource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultNamespace } from './defaults';
import { namespaceStrategy } from './strategy';
import { namespaceTable } from './table';
import { namespaceValidation } from './validation';

export const namespaceResource = defineResource({
  kind: Kinds.Namespace,
  verbs: allVerbs.filter((verb) => verb !== 'deletecollection'),
  generation: false,
  selectableFields: fieldsAt('status.phase'),
  subresources: [objectSubresource('finalize', { verbs: ['update'] }), statusSubresource],
  defaults: defaultNamespace,
  validation: namespaceValidation,
  strategy: namespaceStrategy,
  table: namespaceTable,
});
