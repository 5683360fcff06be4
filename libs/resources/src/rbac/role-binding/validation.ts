import { also, type ErrorList, pathSegmentNameRule, type Validation } from '@skiff/apimachinery';
import type { rbacv1 } from '@skiff/contracts';
import { fixedRole, type RoleBinding, validateBinding } from '../binding-validation';

export const validateRoleBinding = (binding: RoleBinding, to: ErrorList): void =>
  validateBinding(binding, ['Role', 'ClusterRole'], true, to);

export const roleBindingValidation: Validation<rbacv1.RoleBinding> = {
  name: pathSegmentNameRule,
  create: validateRoleBinding,
  update: also(validateRoleBinding, fixedRole),
};
