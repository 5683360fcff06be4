import type { AdmissionParts, AdmissionPlugin, AdmissionRequest } from '@skiff/api-server/admission';
import { timeout } from '@skiff/apimachinery';
import type { Asked, WebhookCaller } from '../calls/caller';
import type { Configurations } from '../configuration/configurations';
import { requireConditions, writesWebhooks } from '../configuration/condition-problems';
import { InvocationPlans, type Invocation } from '../matching/invocations';
import { isAsked } from '../matching/is-asked';
import { Showing } from '../review/shown';

type Parts = Pick<AdmissionParts, 'reader' | 'resources' | 'authorizer'>;

/** Asks validating webhooks, all at once. */
export function validatingWebhooks(
  parts: Parts,
  configurations: Configurations,
  caller: WebhookCaller,
): AdmissionPlugin {
  const plans = new InvocationPlans(() => configurations.hooks, parts.resources);
  return {
    name: 'ValidatingAdmissionWebhook',
    operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
    validate: {
      applies: (target, operation) =>
        writesWebhooks({ ...target, operation }) || plans.plan(target, operation).length > 0,
      run: (request) =>
        writesWebhooks(request)
          ? requireConditions(request)
          : validate(parts, plans.of(request.target, request.operation), caller, request),
    },
  };
}

/** Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/validating/dispatcher.go. */
async function validate(
  parts: Parts,
  planned: readonly Invocation[],
  caller: WebhookCaller,
  request: AdmissionRequest,
): Promise<void> {
  const invocations: Invocation[] = [];
  for (const invocation of planned)
    if (await isAsked(parts, invocation, request, request.object)) invocations.push(invocation);
  if (invocations.length === 0) return;
  if (request.signal?.aborted) throw timeout('request did not complete within requested timeout');
  const showing = new Showing(request, request.object, parts.resources);
  const answers = await Promise.allSettled(
    invocations.map((invocation, index) => {
      const failedOpenKey = `failed-open.validating.webhook.admission.k8s.io/round_0_index_${index}`;
      const asked: Asked = { type: 'validating', invocation, request, failedOpenKey };
      return caller.attempt(asked, async () => caller.ask(asked, await showing.to(invocation)));
    }),
  );
  // Of several that refuse, one is told, as upstream does; the first of them, so that it is always the same.
  const refused = answers.find((answer) => answer.status === 'rejected');
  if (refused) throw refused.reason;
}
