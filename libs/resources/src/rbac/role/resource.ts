import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { roleValidation } from './validation';

export const roleResource = defineResource({
  kind: Kinds.Role,
  generation: false,
  validation: roleValidation,
});
