import type { AdmissionRequest, AdmissionResources } from '@skiff/api-server/admission';
import { badRequest, StatusError, timeout } from '@skiff/apimachinery';
import { randomUuid, SpanName, withSpan, type Logger, type Random } from '@skiff/platform';
import type { Tracer } from '@opentelemetry/api';
import { WebhookCallError, WebhookConfigError, type WebhookClient } from '@skiff/webhook-client';
import type { WebhookType } from '../configuration/hook';
import type { Invocation } from '../matching/invocations';
import { reviewText } from '../review/request';
import { InvalidResponse, readVerdict, type Verdict } from '../review/response';
import type { Shown } from '../review/shown';
import { annotateSafely } from './annotate';
import { CallingWebhookError, rejectionBy, WebhookRejection } from './errors';
import type { FailOpenEvents } from './fail-open-events';
import type { CallEnd, WebhookMetrics } from './metrics';

interface CallerParts {
  readonly client: WebhookClient;
  readonly metrics: WebhookMetrics;
  readonly events: FailOpenEvents;
  readonly resources: AdmissionResources;
  readonly random: Random;
  readonly logger: Logger;
  readonly tracer: Tracer;
}

/** One webhook that is asked about one write. */
export interface Asked {
  readonly type: WebhookType;
  readonly invocation: Invocation;
  readonly request: AdmissionRequest;
  /** Under which it is noted that the webhook could not be asked. */
  readonly failedOpenKey: string;
}

/** Asks webhooks, measures that, and decides what follows where one cannot be asked. */
export class WebhookCaller {
  constructor(private readonly parts: CallerParts) {}

  /**
   * Does what a webhook is asked for. Resolves with undefined when it could not be asked and the write goes on all the
   * same. Throws what the client is told: StatusError.
   *
   * @param run asks it, by `ask`, and makes use of its answer.
   */
  async attempt<R>(asked: Asked, run: () => Promise<R>): Promise<R | undefined> {
    const { metrics } = this.parts;
    const began = metrics.now();
    try {
      const result = await run();
      metrics.ended(this.endOf(asked, 200, undefined), began);
      return result;
    } catch (error) {
      if (error instanceof WebhookRejection) {
        metrics.ended(this.endOf(asked, error.status.code, 'no_error'), began);
        throw error.status;
      }
      if (!(error instanceof CallingWebhookError)) {
        metrics.ended(this.endOf(asked, 0, 'apiserver_internal_error'), began);
        throw error;
      }
      // Nobody waits for an answer any longer.
      if (asked.request.signal?.aborted) throw timeout('request did not complete within requested timeout');
      const { failsOpen } = asked.invocation.hook;
      metrics.ended(this.endOf(asked, error.code, failsOpen ? undefined : 'calling_webhook_error'), began);
      if (!failsOpen) throw StatusError.from(new Error(error.message, { cause: error }));
      this.goOn(asked, error);
      return undefined;
    }
  }

  /** Shows a write to a webhook. Throws CallingWebhookError, WebhookRejection, and BadRequest for a dry run that it forbids. */
  async ask(asked: Asked, shown: Shown): Promise<Verdict> {
    const { type, request, invocation } = asked;
    const { hook } = invocation;
    if (request.dryRun && !hook.allowsDryRun)
      throw badRequest(`admission webhook ${JSON.stringify(hook.name)} does not support dry run`);
    const attributes = { configuration: hook.configuration, webhook: hook.name, operation: request.operation };
    const verdict = await withSpan(this.parts.tracer, SpanName.admissionWebhook(type), { attributes }, () =>
      this.exchange(asked, shown),
    );
    for (const [key, value] of Object.entries(verdict.auditAnnotations))
      annotateSafely(request, `${hook.name}/${key}`, value, this.parts.logger);
    for (const warning of verdict.warnings) request.warn(warning);
    if (!verdict.allowed) throw rejectionBy(hook.name, verdict.status);
    return verdict;
  }

  private async exchange({ type, request, invocation: { hook, resource } }: Asked, shown: Shown): Promise<Verdict> {
    const { client, random } = this.parts;
    const { name, reviewVersion: version, clientConfig, timeoutMilliseconds } = hook;
    if (!version)
      throw new CallingWebhookError(
        name,
        'could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)',
        400,
      );
    const uid = randomUuid(random);
    const review = reviewText(version, uid, request, resource, shown);
    try {
      const answer = await client.post(clientConfig, review, { timeoutMilliseconds, signal: request.signal });
      return readVerdict(answer, { uid, version, mutates: type === 'mutating' });
    } catch (error) {
      throw failed(name, error);
    }
  }

  private goOn({ type, request, failedOpenKey, invocation: { hook } }: Asked, error: CallingWebhookError): void {
    const { logger, metrics, events } = this.parts;
    const { name, configuration } = hook;
    logger.warn('a webhook could not be asked, and the write goes on', { type, configuration, webhook: name, error });
    metrics.failedOpen(type, name);
    annotateSafely(request, failedOpenKey, name, logger);
    events.tell(type, hook, error.message);
  }

  private endOf({ type, invocation, request }: Asked, code: number, rejection: CallEnd['rejection']): CallEnd {
    return { type, webhook: invocation.hook.name, operation: request.operation, code, rejection };
  }
}

function failed(webhook: string, error: unknown): unknown {
  const cause = { cause: error };
  if (error instanceof WebhookConfigError)
    return new CallingWebhookError(webhook, `could not get REST client: ${error.message}`, 500, cause);
  if (error instanceof WebhookCallError)
    return new CallingWebhookError(webhook, `failed to call webhook: ${error.message}`, error.code, cause);
  if (error instanceof InvalidResponse)
    return new CallingWebhookError(webhook, `received invalid webhook response: ${error.message}`, 503, cause);
  return error;
}
