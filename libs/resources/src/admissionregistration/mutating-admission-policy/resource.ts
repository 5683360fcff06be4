import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { unevaluated } from '../unsupported';

export const mutatingAdmissionPolicyResource = defineResource({
  kind: Kinds.MutatingAdmissionPolicy,
  unsupported: unevaluated,
});
