import { type ErrorList, pathSegmentNameRule, type Validation } from '@skiff/apimachinery';
import type { rbacv1 } from '@skiff/contracts';
import { validateRules } from '../rules-validation';

export const validateRole = ({ rules }: rbacv1.Role, to: ErrorList): void => validateRules(rules, true, to);

export const roleValidation: Validation<rbacv1.Role> = { name: pathSegmentNameRule, create: validateRole };
