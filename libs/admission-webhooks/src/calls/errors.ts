import { StatusError, type StatusReason } from '@skiff/apimachinery';
import type { metav1 } from '@skiff/contracts';

/** A webhook that could not be asked, or whose answer cannot be used: its failure policy decides what follows. */
export class CallingWebhookError extends Error {
  override readonly name = 'CallingWebhookError';

  constructor(
    webhook: string,
    reason: string,
    /** As HTTP has it, for metrics. */
    readonly code: number,
    options?: { readonly cause?: unknown },
  ) {
    super(`failed calling webhook ${JSON.stringify(webhook)}: ${reason}`, options);
  }
}

/** A webhook said no. */
export class WebhookRejection extends Error {
  override readonly name = 'WebhookRejection';

  constructor(readonly status: StatusError) {
    super(status.message);
  }
}

const [leastCode, mostCode] = [400, 999];

/**
 * What a client is told of a webhook's refusal.
 * Upstream: ToStatusErr in staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/errors/statuserror.go.
 */
export function rejectionBy(webhook: string, status: metav1.Status = {}): WebhookRejection {
  const { message, reason = '', details, code = 0 } = status;
  const deniedBy = `admission webhook ${JSON.stringify(webhook)} denied the request`;
  const why = message || reason;
  const told = why ? `${deniedBy}: ${why}` : `${deniedBy} without explanation`;
  // What is no code of a refusal in HTTP is none here.
  const sent = code < leastCode || code > mostCode ? leastCode : code;
  return new WebhookRejection(new StatusError(sent, reason as StatusReason, told, details ?? undefined));
}
