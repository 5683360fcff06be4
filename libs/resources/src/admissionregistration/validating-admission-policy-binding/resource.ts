import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultValidatingAdmissionPolicyBinding } from './defaults';
import { validatingAdmissionPolicyBindingValidation } from './validation';

export const validatingAdmissionPolicyBindingResource = defineResource({
  kind: Kinds.ValidatingAdmissionPolicyBinding,
  defaults: defaultValidatingAdmissionPolicyBinding,
  validation: validatingAdmissionPolicyBindingValidation,
});
