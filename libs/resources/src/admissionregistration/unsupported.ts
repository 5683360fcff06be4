import type { ApiObject, Unsupported } from '@skiff/apimachinery';

const whyNotEvaluated = 'admission policies are not evaluated, so nothing is refused or changed by them';

/** Of policies that have conditions to say so in. */
export const unevaluatedPolicy: readonly Unsupported<ApiObject>[] = [
  {
    field: '',
    why: whyNotEvaluated,
    notice: { condition: { type: 'Evaluated', reason: 'NotSupported', message: whyNotEvaluated } },
  },
];

/** Of other policies, and of bindings. */
export const unevaluated: readonly Unsupported<ApiObject>[] = [
  {
    field: '',
    why: whyNotEvaluated,
    notice: {
      event: { reason: 'PolicyNotEvaluated', message: `This cluster has no policies: ${whyNotEvaluated}` },
    },
  },
];

const whyNotCalled = 'admission webhooks are not called';

export const uncalledWebhooks: readonly Unsupported<ApiObject>[] = [
  {
    field: '',
    why: whyNotCalled,
    notice: { event: { reason: 'WebhooksNotCalled', message: `This cluster calls no webhooks: ${whyNotCalled}` } },
  },
];
