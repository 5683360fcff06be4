import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

const why = 'admission policies are not evaluated, so nothing is refused or changed by them';

export const validatingAdmissionPolicyBindingResource = defineResource({
  kind: Kinds.ValidatingAdmissionPolicyBinding,
  unsupported: [
    {
      field: '',
      why,
      notice: { event: { reason: 'PolicyNotEvaluated', message: `This cluster has no policies: ${why}` } },
    },
  ],
});
