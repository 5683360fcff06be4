import type { ServerResponse } from 'node:http';
import type { Clock } from '@skiff/platform';
import { sendJson, sendText } from '../transports/rest/answers';
import type { Aggregated, AggregatedOpenApi } from './aggregated-apis';
import { Derived, type Generations } from './derived';
import { OpenApiDocuments, type DocumentForms, type VersionDocuments } from './openapi-documents';

type Form = 'json' | 'protobuf';

/** A year, in milliseconds: how long a document that is named by its hash may be kept. */
const forever = 365 * 24 * 3600_000;

/** Serves what is below /openapi/. */
export class OpenApiHandler {
  private readonly documents: Derived<OpenApiDocuments, readonly AggregatedOpenApi[]>;

  constructor(
    registry: Generations,
    private readonly clock: Pick<Clock, 'now'>,
    aggregated: Aggregated,
  ) {
    const versions: VersionDocuments = new WeakMap();
    this.documents = new Derived(
      registry,
      () => aggregated.apis.openApi,
      (...served) => new OpenApiDocuments(versions, ...served),
    );
  }

  /** Whether there is something at this path; then it has been answered. */
  handle(path: string, accept: string | undefined, query: URLSearchParams, response: ServerResponse): boolean {
    const documents = this.documents.current;
    if (path === '/openapi/v2') {
      sendDocument(documents.version2(), 'v2', accept, response);
      return true;
    }
    if (path === '/openapi/v3') {
      const urls = documents.names.map((name) => [name, { serverRelativeURL: urlOf(documents, name) }]);
      sendJson(response, 200, { paths: Object.fromEntries(urls) as unknown });
      return true;
    }
    const name = path.slice('/openapi/v3/'.length);
    if (!documents.names.includes(name)) return false;
    this.version3(documents, name, accept, query.get('hash'), response);
    return true;
  }

  private version3(
    documents: OpenApiDocuments,
    name: string,
    accept: string | undefined,
    hash: string | null,
    response: ServerResponse,
  ): void {
    const document = documents.version3(name);
    if (hash && hash !== document.etag) {
      response.writeHead(301, { location: urlOf(documents, name) }).end();
      return;
    }
    // What is named by its hash never changes.
    if (hash) {
      response.setHeader('cache-control', 'public, immutable');
      response.setHeader('expires', new Date(this.clock.now() + forever).toUTCString());
    }
    sendDocument(document, 'v3', accept, response);
  }
}

const urlOf = (documents: OpenApiDocuments, name: string): string =>
  `/openapi/v3/${name}?hash=${documents.version3(name).etag}`;

function sendDocument(
  document: DocumentForms,
  version: 'v2' | 'v3',
  accept: string | undefined,
  response: ServerResponse,
): void {
  const form = chooseForm(accept, version);
  if (!form) return sendText(response, 406, '');
  const etag = `"${document.etag}"`;
  response.setHeader('vary', 'Accept');
  response.setHeader('etag', etag);
  if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'no-cache, private');
  if (response.req.headers['if-none-match']?.includes(etag)) {
    response.writeHead(304).end();
    return;
  }
  const body = form === 'json' ? document.json : document.protobuf();
  const type =
    form === 'json' ? 'application/json' : `application/com.github.proto-openapi.spec.${version}.v1.0+protobuf`;
  response.writeHead(200, { 'content-type': type, 'content-length': body.length });
  response.end(body);
}

/** The first form in an Accept header that a document has. Older clients write the protobuf's name with an `@`. */
function chooseForm(accept: string | undefined, version: 'v2' | 'v3'): Form | undefined {
  if (!accept) return 'json';
  const protobuf = new RegExp(`^application/com\\.github\\.proto-openapi\\.spec\\.${version}[.@]v1\\.0\\+protobuf$`);
  for (const alternative of accept.split(',')) {
    const type = alternative.split(';')[0]?.trim() ?? '';
    if (['application/json', 'application/*', '*/*'].includes(type)) return 'json';
    if (protobuf.test(type)) return 'protobuf';
  }
  return undefined;
}
