import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

const why = 'admission policies are not evaluated, so nothing is refused or changed by them';

export const validatingAdmissionPolicyResource = defineResource({
  kind: Kinds.ValidatingAdmissionPolicy,
  subresources: [statusSubresource],
  unsupported: [{ field: '', why, notice: { condition: { type: 'Evaluated', reason: 'NotSupported', message: why } } }],
});
