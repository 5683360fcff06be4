import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

const why = 'admission policies are not evaluated, so nothing is refused or changed by them';

export const mutatingAdmissionPolicyResource = defineResource({
  kind: Kinds.MutatingAdmissionPolicy,
  unsupported: [
    {
      field: '',
      why,
      notice: { event: { reason: 'PolicyNotEvaluated', message: `This cluster has no policies: ${why}` } },
    },
  ],
});
