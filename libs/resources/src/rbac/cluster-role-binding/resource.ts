import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultRoleBinding } from '../binding-defaults';
import { clusterRoleBindingTable } from './table';
import { clusterRoleBindingValidation } from './validation';

export const clusterRoleBindingResource = defineResource({
  kind: Kinds.ClusterRoleBinding,
  generation: false,
  defaults: defaultRoleBinding,
  validation: clusterRoleBindingValidation,
  table: clusterRoleBindingTable,
});
