import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent, request } from 'node:https';
import type { CreateBackend } from './backend';
import type { BatchOptions } from './batches';
import { encodeEventList } from './event';
import { batchedBackend } from './log-backend';
import { retried } from './retry';
import { defaultTruncateOptions, type TruncateOptions } from './truncate';
import type { WebhookTarget } from './webhook-config';

export interface WebhookBackendOptions {
  readonly target: WebhookTarget;
  readonly batch: Pick<BatchOptions, 'bufferSize' | 'maxBatchSize' | 'maxBatchWait' | 'throttle'>;
  /** Absent: no event is cut. */
  readonly truncate?: TruncateOptions | undefined;
  /** Before the first retry, in milliseconds. */
  readonly initialBackoff: number;
}

/** Of events that wait to be sent, or are being sent, in bytes. */
const bufferBytes = 64 << 20;
/** Of the largest event that is sent where none is cut, in bytes. */
const largestEvent = 16 << 20;
/** So many batches may be on their way, or wait to be tried again. */
const concurrency = 16;
const timeoutMilliseconds = 30_000;
/** Upstream: DefaultShouldRetry in staging/src/k8s.io/apiserver/pkg/util/webhook/webhook.go. */
const temporaryCodes: ReadonlySet<number> = new Set([429, 500, 504]);

/** What a webhook answers that does not take a batch. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';

  constructor(
    message: string,
    /** Whether it is worth another try. */
    readonly isTemporary: boolean,
  ) {
    super(message);
  }
}

/**
 * Sends events to an HTTP server as an EventList.
 * Upstream: staging/src/k8s.io/apiserver/plugin/pkg/audit/webhook/webhook.go.
 */
export const webhookBackend =
  ({ target, batch, truncate, initialBackoff }: WebhookBackendOptions): CreateBackend =>
  (parts) => {
    const { maxEventSize, maxBatchSize } = truncate ?? { ...defaultTruncateOptions, maxEventSize: largestEvent };
    const ending = new AbortController();
    const send = sender(target);
    const retry = { clock: parts.clock, random: parts.random, initialBackoff, signal: ending.signal };
    const write = (events: readonly string[]): Promise<void> => {
      const body = Buffer.from(encodeEventList(events));
      return retried(
        () => send.post(body),
        (error) => error instanceof WebhookError && error.isTemporary,
        retry,
      );
    };
    const limits = { ...batch, bufferBytes, maxBatchBytes: maxBatchSize, concurrency };
    const backend = batchedBackend('webhook', limits, {
      parts,
      most: maxEventSize,
      write,
      end: async () => send.end(),
    });
    return {
      ...backend,
      async close() {
        await backend.close();
        ending.abort(new Error('the server stops'));
      },
    };
  };

interface Sender {
  post(body: Buffer): Promise<void>;
  end(): void;
}

function sender({ server, ca, cert, key, token, basic, insecureSkipTlsVerify, tlsServerName }: WebhookTarget): Sender {
  const url = new URL(server);
  const isPlain = url.protocol === 'http:';
  const agent = isPlain
    ? new PlainAgent({ keepAlive: true })
    : new Agent({
        keepAlive: true,
        ...(ca ? { ca } : {}),
        ...(cert && key ? { cert, key } : {}),
        ...(tlsServerName ? { servername: tlsServerName } : {}),
        rejectUnauthorized: !insecureSkipTlsVerify,
      });
  const authorization = token
    ? `Bearer ${token}`
    : basic && `Basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}`;
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, */*',
    'user-agent': 'skiff-api-server',
    ...(authorization ? { authorization } : {}),
  };
  const post = (body: Buffer): Promise<void> =>
    new Promise((resolve, reject) => {
      const asked = {
        agent,
        method: 'POST',
        timeout: timeoutMilliseconds,
        headers: { ...headers, 'content-length': body.length },
      };
      const call = (isPlain ? plainRequest : request)(url, asked, (response) => {
        response.resume();
        response.on('error', (error) => reject(new WebhookError(error.message, true)));
        response.on('end', () => {
          const { statusCode: code = 0 } = response;
          if (code >= 200 && code < 300) return resolve();
          const isTemporary = temporaryCodes.has(code) || response.headers['retry-after'] !== undefined;
          reject(new WebhookError(`the webhook answers ${code}`, isTemporary));
        });
      });
      call.on('timeout', () => call.destroy(new Error(`no answer within ${timeoutMilliseconds / 1_000}s`)));
      call.on('error', (error) => reject(new WebhookError(error.message, true)));
      call.end(body);
    });
  return { post, end: () => agent.destroy() };
}
