import type { AdmissionParts, AdmissionPlugin } from '@skiff/api-server/admission';
import { ValidatingPolicies } from './policy/policies';
import { validatingPolicies } from './validating/plugin';

/** The plugins that evaluate policies. */
export function admissionPolicies(parts: AdmissionParts): readonly AdmissionPlugin[] {
  const policies = new ValidatingPolicies(() => parts.replan());
  policies.follow(parts.follow);
  return [validatingPolicies(parts, policies)];
}
