import type { admissionregistrationv1 } from '@skiff/contracts';
import { defaultMatchResources } from '../match-defaults';

export function defaultValidatingAdmissionPolicy({ spec }: admissionregistrationv1.ValidatingAdmissionPolicy): void {
  if (!spec) return;
  spec.failurePolicy ??= 'Fail';
  if (spec.matchConstraints) defaultMatchResources(spec.matchConstraints);
}
