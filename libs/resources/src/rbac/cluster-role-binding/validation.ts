import { also, type ErrorList, pathSegmentNameRule, type Validation } from '@skiff/apimachinery';
import type { rbacv1 } from '@skiff/contracts';
import { fixedRole, type RoleBinding, validateBinding } from '../binding-validation';

export const validateClusterRoleBinding = (binding: RoleBinding, to: ErrorList): void =>
  validateBinding(binding, ['ClusterRole'], false, to);

export const clusterRoleBindingValidation: Validation<rbacv1.ClusterRoleBinding> = {
  name: pathSegmentNameRule,
  create: validateClusterRoleBinding,
  update: also(validateClusterRoleBinding, fixedRole),
};
