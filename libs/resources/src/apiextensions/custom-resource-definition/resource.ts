import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { setDefaults } from './defaults';
import { strategy } from './strategy';
import { validation } from './validation/definition';

export const customResourceDefinitionResource = defineResource({
  kind: Kinds.CustomResourceDefinition,
  subresources: [statusSubresource],
  answersDeleted: true,
  defaults: setDefaults,
  strategy,
  validation,
});
