import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { unevaluated } from '../unsupported';

export const mutatingAdmissionPolicyBindingResource = defineResource({
  kind: Kinds.MutatingAdmissionPolicyBinding,
  unsupported: unevaluated,
});
