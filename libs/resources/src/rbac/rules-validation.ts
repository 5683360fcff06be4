import { child, type ErrorList } from '@skiff/apimachinery';
import type { rbacv1 } from '@skiff/contracts';

export function validateRules(
  rules: readonly rbacv1.PolicyRule[] | null | undefined,
  namespaced: boolean,
  to: ErrorList,
): void {
  for (const [index, rule] of (rules ?? []).entries()) {
    const at = `rules[${index}]`;
    if (!rule.verbs?.length) to.required(child(at, 'verbs'), 'verbs must contain at least one value');
    if (rule.nonResourceURLs?.length) {
      if (namespaced)
        to.invalid(
          child(at, 'nonResourceURLs'),
          rule.nonResourceURLs,
          'namespaced rules cannot apply to non-resource URLs',
        );
      if (rule.apiGroups?.length || rule.resources?.length || rule.resourceNames?.length)
        to.invalid(
          child(at, 'nonResourceURLs'),
          rule.nonResourceURLs,
          'rules cannot apply to both regular resources and non-resource URLs',
        );
      continue;
    }
    if (!rule.apiGroups?.length)
      to.required(child(at, 'apiGroups'), 'resource rules must supply at least one api group');
    if (!rule.resources?.length)
      to.required(child(at, 'resources'), 'resource rules must supply at least one resource');
  }
}
