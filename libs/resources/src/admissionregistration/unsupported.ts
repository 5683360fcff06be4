import type { ApiObject, Unsupported } from '@skiff/apimachinery';
import type { admissionregistrationv1 } from '@skiff/contracts';

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

type Configuration =
  admissionregistrationv1.MutatingWebhookConfiguration | admissionregistrationv1.ValidatingWebhookConfiguration;

const whyNotEvaluatedConditions = 'they are not evaluated, so the webhook is asked about all that its rules name';

/** Of configurations of webhooks. */
export const unevaluatedConditions: readonly Unsupported<Configuration>[] = [
  {
    field: 'webhooks.matchConditions',
    why: whyNotEvaluatedConditions,
    applies: ({ webhooks }) => (webhooks ?? []).some(({ matchConditions }) => matchConditions?.length),
    notice: {
      event: {
        reason: 'ConditionsNotEvaluated',
        message: `Its webhooks have conditions: ${whyNotEvaluatedConditions}`,
      },
    },
  },
];
