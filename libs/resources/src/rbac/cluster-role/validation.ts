import { type ErrorList, pathSegmentNameRule, validateLabelSelector, type Validation } from '@skiff/apimachinery';
import type { rbacv1 } from '@skiff/contracts';
import { validateRules } from '../rules-validation';

/** Upstream: ValidateClusterRole. */
export function validateClusterRole({ rules, aggregationRule }: rbacv1.ClusterRole, to: ErrorList): void {
  validateRules(rules, false, to);
  if (!aggregationRule) return;
  const path = 'aggregationRule.clusterRoleSelectors';
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0)
    to.required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil');
  for (const [index, selector] of selectors.entries()) {
    const before = to.count;
    validateLabelSelector(selector, `${path}[${index}]`, to);
    if (to.count > before) to.invalid(`${path}[${index}]`, undefined, 'invalid label selector.');
  }
}

export const clusterRoleValidation: Validation<rbacv1.ClusterRole> = {
  name: pathSegmentNameRule,
  create: validateClusterRole,
};
