import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { unevaluated } from '../unsupported';

export const validatingAdmissionPolicyBindingResource = defineResource({
  kind: Kinds.ValidatingAdmissionPolicyBinding,
  unsupported: unevaluated,
});
