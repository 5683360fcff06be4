import { defineResource, fieldsAt, objectCount } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultSecret } from './defaults';
import { secretStrategy } from './strategy';
import { secretTable } from './table';
import { secretValidation } from './validation';

export const secretResource = defineResource({
  kind: Kinds.Secret,
  generation: false,
  selectableFields: fieldsAt('type'),
  defaults: defaultSecret,
  validation: secretValidation,
  strategy: secretStrategy,
  table: secretTable,
  quota: objectCount('', 'secrets', 'secrets'),
});
