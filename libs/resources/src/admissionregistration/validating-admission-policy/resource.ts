import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultValidatingAdmissionPolicy } from './defaults';
import { validatingAdmissionPolicyValidation } from './validation';

export const validatingAdmissionPolicyResource = defineResource({
  kind: Kinds.ValidatingAdmissionPolicy,
  subresources: [statusSubresource],
  defaults: defaultValidatingAdmissionPolicy,
  validation: validatingAdmissionPolicyValidation,
});
