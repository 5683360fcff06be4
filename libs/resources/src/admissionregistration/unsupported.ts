import type { ApiObject, Unsupported } from '@skiff/apimachinery';

const whyNotEvaluated = 'mutating admission policies are not evaluated, so nothing is changed by them';

/** Of mutating policies, and of their bindings. */
export const unevaluated: readonly Unsupported<ApiObject>[] = [
  {
    field: '',
    why: whyNotEvaluated,
    notice: {
      event: { reason: 'PolicyNotEvaluated', message: `This cluster has no such policies: ${whyNotEvaluated}` },
    },
  },
];
