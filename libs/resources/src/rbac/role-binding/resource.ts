import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultRoleBinding } from '../binding-defaults';
import { roleBindingTable } from './table';
import { roleBindingValidation } from './validation';

export const roleBindingResource = defineResource({
  kind: Kinds.RoleBinding,
  generation: false,
  defaults: defaultRoleBinding,
  validation: roleBindingValidation,
  table: roleBindingTable,
});
