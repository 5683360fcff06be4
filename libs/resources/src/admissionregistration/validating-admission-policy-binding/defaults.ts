import type { admissionregistrationv1 } from '@skiff/contracts';
import { defaultMatchResources } from '../match-defaults';

export function defaultValidatingAdmissionPolicyBinding({
  spec,
}: admissionregistrationv1.ValidatingAdmissionPolicyBinding): void {
  if (spec?.matchResources) defaultMatchResources(spec.matchResources);
}
