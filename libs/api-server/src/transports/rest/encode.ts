import type { ServerResponse } from 'node:http';
import { plainTable, StatusError, type Table } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';
import { ImpersonationError } from '../../auth/authentication/impersonation';
import { escapeHtml } from '../../auth/authorization/attributes';
import { OverloadError } from '../../filters/flow-control';
import type { Outcome } from '../../request/outcome';
import type { Reply, Request } from '../../request/request';
import { asksForWebSocket, refuseUpgrade } from '../../streaming/upgrade';
import type { YamlService } from '../../yaml/yaml';
import { acceptsSomeForm, contentTypes, jsonAccept, readAccept, type Accept, type Transform } from './accept';
import {
  addHeaders,
  sendBytes,
  sendError,
  sendStatus,
  sendText,
  sizeOf,
  warningHeaders,
  writeAddedHeaders,
} from './answers';
import { whenAnswered, whenHeadIsWritten } from './answer-begins';
import { leaveBody } from './body';
import { plainResponse, type HttpConnection } from './connection';
import { notAcceptable, renderList, renderObject, type RenderContext } from './render';
import type { RequestTarget } from './request-target';
import { responseSink, webSocketSink } from './watch-stream';

export interface RestReplyParts {
  readonly clock: Clock;
  readonly yaml: YamlService;
}

/** Answers a request of REST in the form that its client accepts. */
export class RestReply implements Reply {
  private accept: Accept = jsonAccept;
  private table: Table = plainTable;
  private plain: ServerResponse | undefined;
  /** Of an answer that may become an upgrade. */
  private headers: Record<string, string> | undefined;

  constructor(
    private readonly connection: HttpConnection,
    private readonly target: RequestTarget,
    private readonly parts: RestReplyParts,
  ) {
    this.plain = connection.response;
  }

  get code(): number {
    return this.plain?.statusCode ?? 101;
  }

  get bytes(): number | undefined {
    return this.plain && sizeOf(this.plain);
  }

  prepare(tableOf: () => Table | undefined): void {
    const header = this.connection.request.headers.accept;
    if (!header || header === '*/*' || header === contentTypes.json) return;
    // What is no list and no stored object has no table.
    const table = tableOf();
    const accept = readAccept(header, table ? allTransforms : withoutTable);
    if (!accept) throw acceptsSomeForm(header) ? notAcceptable(acceptable) : unacceptable();
    this.accept = accept;
    this.table = table ?? plainTable;
  }

  setHeaders(headers: Readonly<Record<string, string>>): void {
    if (this.plain) addHeaders(this.plain, headers);
    else this.headers = { ...this.headers, ...headers };
  }

  whenStarted(listener: (code: number) => void): void {
    const { response, upgrade } = this.connection;
    if (response) whenHeadIsWritten(response, listener);
    else if (upgrade) whenAnswered(upgrade.socket, listener);
  }

  send(outcome: Outcome, request: Request): void | Promise<void> {
    switch (outcome.type) {
      case 'object':
        return this.render(outcome.code, renderObject(outcome.object, this.context), request);
      case 'list':
        return this.render(200, renderList(outcome.definition, outcome.page, this.context), request);
      case 'status':
        return sendStatus(this.response, 200, outcome.status, request.warnings.texts);
      case 'watch':
        this.begin();
        return this.watch(outcome, request);
      case 'connection':
        this.begin();
        return this.connect(outcome, request);
      case 'delegated':
        this.begin();
        return outcome.delegate.handle({ ...this.connection, user: request.user, auditId: request.id });
      case 'path': {
        const { path, query } = this.target;
        this.begin();
        return outcome.handler({ path, query, request: this.connection.request, response: this.response });
      }
    }
  }

  /** Answers with a Status, or breaks off what has begun already. */
  fail(failure: StatusError, { isExpired, warnings }: Request): void {
    const { request, upgrade } = this.connection;
    const { plain: response } = this;
    if (response) failResponse(response, failure, warnings.texts);
    else if (upgrade) refuseUpgrade({ request, ...upgrade }, failure, this.headers);
    if (response && isExpired) leaveBody(request, response, this.parts.clock);
  }

  private get response(): ServerResponse {
    if (this.plain) return this.plain;
    this.plain = plainResponse(this.connection);
    addHeaders(this.plain, this.headers ?? {});
    return this.plain;
  }

  private get context(): RenderContext {
    const { accept, table, target, parts } = this;
    return { accept, table, includeObject: target.query.get('includeObject') ?? '', clock: parts.clock };
  }

  /** Whoever answers next writes the head by themselves. */
  private begin(): void {
    if (this.plain) writeAddedHeaders(this.plain);
  }

  private watch({ definition, run }: Outcome & { type: 'watch' }, { signal }: Request): Promise<void> {
    const { request, upgrade } = this.connection;
    const { kind } = definition;
    return run(
      upgrade && asksForWebSocket(request)
        ? webSocketSink({ request, ...upgrade }, kind, this.context)
        : responseSink(this.response, kind, this.context),
      signal,
    );
  }

  private connect({ handler, options, sent }: Outcome & { type: 'connection' }, { info }: Request): Promise<void> {
    if (!info.resourceRequest) throw new TypeError('only resources have connections');
    const { namespace, name } = info;
    return handler.handle({ namespace, name, options, sent, query: this.target.query, ...this.connection });
  }

  /** Sends what is rendered; YAML, which takes its time, was rendered as JSON. */
  private render(code: number, rendered: Buffer | string, { warnings }: Request): void | Promise<void> {
    const { response } = this;
    const { form, as, version } = this.accept;
    const suffix = as && form === 'protobuf' ? `;as=${as};g=meta.k8s.io;v=${version}` : '';
    const end = (body: Buffer | string): void =>
      sendBytes(response, code, `${contentTypes[form]}${suffix}`, body, warnings.texts);
    if (form !== 'yaml') return end(rendered);
    return this.parts.yaml.print(textOf(rendered)).then((text) => end(Buffer.from(text)));
  }
}

function failResponse(response: ServerResponse, failure: StatusError, warnings: readonly string[]): void {
  const { cause } = failure;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (warnings.length) response.setHeader('Warning', warningHeaders(warnings));
  if (cause instanceof OverloadError) sendOverload(response, failure);
  else if (cause instanceof ImpersonationError) {
    const text = `Internal Server Error: ${JSON.stringify(response.req.url)}: ${cause.message}`;
    sendText(response, failure.code, `${escapeHtml(text)}\n`);
  } else sendError(response, failure);
}

/** Upstream: tooManyRequests in staging/src/k8s.io/apiserver/pkg/server/filters/maxinflight.go. */
function sendOverload(response: ServerResponse, { code, message, details }: StatusError): void {
  response.setHeader('retry-after', String(details?.retryAfterSeconds ?? 1));
  sendText(response, code, `${message}\n`);
}

const acceptable = `only the following media types are accepted: ${Object.values(contentTypes).join(', ')}`;
const unacceptable = (): StatusError => new StatusError(406, 'NotAcceptable', '406: Not Acceptable', {});

const withoutTable: ReadonlySet<Transform> = new Set(['PartialObjectMetadata', 'PartialObjectMetadataList']);
const allTransforms: ReadonlySet<Transform> = new Set([...withoutTable, 'Table']);

/** Rendered text is ASCII alone where it is no bytes. */
const textOf = (rendered: Buffer | string): string =>
  typeof rendered === 'string' ? rendered : rendered.toString('utf8');
