import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { clusterRoleValidation } from './validation';

export const clusterRoleResource = defineResource({
  kind: Kinds.ClusterRole,
  generation: false,
  validation: clusterRoleValidation,
});
