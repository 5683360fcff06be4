import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { unevaluatedPolicy } from '../unsupported';

export const validatingAdmissionPolicyResource = defineResource({
  kind: Kinds.ValidatingAdmissionPolicy,
  subresources: [statusSubresource],
  unsupported: unevaluatedPolicy,
});
