import { child, validateLabelSelector, type ErrorList } from '@skiff/apimachinery';
import type { admissionregistrationv1 } from '@skiff/contracts';
import { validateRule } from './webhook-validation/rules';

const matchPolicies = ['Equivalent', 'Exact'];

/** Rules of what says which writes a policy, or a binding, is for. */
export function validateMatchResources(
  match: admissionregistrationv1.MatchResources,
  path: string,
  to: ErrorList,
): void {
  const { matchPolicy } = match;
  if (matchPolicy === undefined) to.required(child(path, 'matchPolicy'));
  else if (!matchPolicies.includes(matchPolicy))
    to.notSupported(child(path, 'matchPolicy'), matchPolicy, matchPolicies);
  validateLabelSelector(match.namespaceSelector, child(path, 'namespaceSelector'), to);
  validateLabelSelector(match.objectSelector, child(path, 'objectSelector'), to);
  for (const [index, rule] of (match.resourceRules ?? []).entries())
    validateRule(rule, `${child(path, 'resourceRules')}[${index}]`, to);
  for (const [index, rule] of (match.excludeResourceRules ?? []).entries())
    validateRule(rule, `${child(path, 'excludeResourceRules')}[${index}]`, to);
}
