import { traceContextOf, type Clock } from '@skiff/platform';
import type { ConnectService, WebhookClientConfig } from './config';
import { systemError, WebhookCallError } from './errors';
import { exchange, UnreadableAnswer, type Sent } from './exchange';
import { goWords } from './go-words';
import { failureOf, type Answer } from './responses';
import { targetOf, type WebhookTarget } from './target';
import { TargetAgent } from './target-agent';
import { trustIn } from './trust';

export interface WebhookClientOptions {
  readonly connectService: ConnectService;
  readonly clock: Clock;
  readonly userAgent: string;
}

export interface CallOptions {
  /** How long the call may take, all in all. */
  readonly timeoutMilliseconds: number;
  /** Ends it before that. */
  readonly signal?: AbortSignal | undefined;
}

interface Known {
  readonly target: WebhookTarget;
  readonly agent: TargetAgent;
}

/** As many webhooks as connections are kept to; who was not called for longest goes first. */
const mostTargets = 200;
const mostRedirects = 10;
const mostRetries = 10;

/** Calls webhooks, and keeps connections to them. */
export class WebhookClient {
  private readonly known = new Map<string, Known>();

  constructor(private readonly options: WebhookClientOptions) {}

  /**
   * Posts JSON to a webhook and gives the text that it answers with success. Throws WebhookConfigError for a
   * configuration that names nobody, and WebhookCallError when no answer came in time, when it is larger than 3 MiB, or
   * tells of a failure.
   */
  async post(config: WebhookClientConfig, json: string, options: CallOptions): Promise<string> {
    const known = this.find(config);
    const ending = new AbortController();
    const end = (): void => ending.abort(new Error('context canceled'));
    const timer = this.options.clock.after(options.timeoutMilliseconds, () =>
      ending.abort(new Error('context deadline exceeded')),
    );
    if (options.signal?.aborted) end();
    options.signal?.addEventListener('abort', end, { once: true });
    try {
      return await this.call(known, Buffer.from(json), options.timeoutMilliseconds, ending.signal);
    } finally {
      timer.cancel();
      options.signal?.removeEventListener('abort', end);
    }
  }

  /** Closes the connections to all webhooks but these. */
  retain(configs: readonly WebhookClientConfig[]): void {
    const kept = new Set(configs.map(keyOf));
    for (const key of this.known.keys()) if (!kept.has(key)) this.forget(key);
  }

  close(): void {
    this.retain([]);
  }

  private async call(known: Known, body: Buffer, milliseconds: number, signal: AbortSignal): Promise<string> {
    const { target } = known;
    const path = `${target.path}?timeout=${goDuration(Math.ceil(milliseconds / 1000))}`;
    for (let retry = 0; ; retry += 1) {
      const answer = await this.follow(known, path, body, signal);
      const { status, text, contentType, retryAfter } = answer;
      if (retryAfter !== undefined && (status === 429 || status >= 500) && retry < mostRetries) {
        await this.wait(retryAfter, signal);
        continue;
      }
      if (status < 200 || status > 206) throw new WebhookCallError(failureOf(answer), status);
      if (text !== '') return text;
      throw new WebhookCallError(`0-length response with status code: ${status} and content type: ${contentType}`);
    }
  }

  private async wait(seconds: number, signal: AbortSignal): Promise<void> {
    try {
      await this.options.clock.sleep(seconds * 1000, signal);
    } catch (cause) {
      throw new WebhookCallError(reasonOf(signal, cause), undefined, { cause });
    }
  }

  /** Follows redirections as Go's client does, but to nobody else: a webhook must not send the API server elsewhere. */
  private async follow(known: Known, first: string, body: Buffer, signal: AbortSignal): Promise<Answer> {
    const { authority } = known.target;
    let [method, path]: [Sent['method'], string] = ['POST', first];
    for (let redirects = 0; ; redirects += 1) {
      const url = `https://${authority}${path}`;
      const fail = (why: string, cause?: unknown): WebhookCallError =>
        new WebhookCallError(`${method === 'POST' ? 'Post' : 'Get'} ${JSON.stringify(url)}: ${why}`, 503, { cause });
      const answer = await this.exchange(known, method, path, body, signal).catch((error: unknown) => {
        if (error instanceof UnreadableAnswer) {
          const why = reasonOf(signal, error);
          throw new WebhookCallError(
            `unexpected error when reading response body. Please retry. Original error: ${why}`,
            503,
            { cause: error },
          );
        }
        throw fail(signal.aborted ? reasonOf(signal, error) : goWords(error, addressOf(known.target)), error);
      });
      if (!isRedirect(answer)) return answer;
      if (redirects >= mostRedirects) throw fail(`stopped after ${mostRedirects} redirects`);
      const next = new URL(answer.location ?? '', url);
      if (next.origin !== new URL(url).origin) throw fail(`redirected to ${next.origin}, which is another server`);
      path = `${next.pathname}${next.search}`;
      // What was sent is sent again only where the answer asks for that.
      if (answer.status !== 307 && answer.status !== 308) method = 'GET';
    }
  }

  private exchange(
    { target, agent }: Known,
    method: Sent['method'],
    path: string,
    body: Buffer,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { traceparent, tracestate } = traceContextOf() ?? {};
    const headers = {
      host: target.authority,
      accept: 'application/json, */*',
      'user-agent': this.options.userAgent,
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
      ...(traceparent ? { traceparent } : {}),
      ...(tracestate ? { tracestate } : {}),
    };
    const { host, port } = target;
    return exchange({ agent, method, host, port, path, headers, body: method === 'POST' ? body : undefined, signal });
  }

  private find(config: WebhookClientConfig): Known {
    const key = keyOf(config);
    const known = this.known.get(key) ?? this.make(config);
    // The one that was used last is the last.
    this.known.delete(key);
    this.known.set(key, known);
    const [eldest] = this.known.keys();
    if (this.known.size > mostTargets && eldest !== undefined) this.forget(eldest);
    return known;
  }

  private make(config: WebhookClientConfig): Known {
    const target = targetOf(config);
    return { target, agent: new TargetAgent(target, trustIn(config.caBundle), this.options.connectService) };
  }

  private forget(key: string): void {
    this.known.get(key)?.agent.retire();
    this.known.delete(key);
  }
}

const keyOf = ({ url, service, caBundle }: WebhookClientConfig): string =>
  JSON.stringify([url, service?.namespace, service?.name, service?.path, service?.port, caBundle]);

const addressOf = ({ host, port }: WebhookTarget): string => (host.includes(':') ? `[${host}]` : host) + `:${port}`;

const isRedirect = ({ status, location }: Answer): boolean =>
  location !== undefined && [301, 302, 303, 307, 308].includes(status);

/** Why a call was ended, or else why it failed. */
const reasonOf = ({ aborted, reason }: AbortSignal, error: unknown): string =>
  systemError(aborted ? reason : error).message;

/** As Go prints a time of whole seconds. */
const goDuration = (seconds: number): string =>
  seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
