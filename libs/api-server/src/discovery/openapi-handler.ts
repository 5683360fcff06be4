import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import {
  encodeOpenApiV2,
  encodeOpenApiV3,
  openApiDocumentNames,
  openApiV2,
  openApiV3,
  type ServedResource,
} from '@skiff/api';
import type { Clock } from '@skiff/platform';
import { sendJson, sendText } from '../http/answers';

type Form = 'json' | 'protobuf';

interface DocumentForms {
  readonly json: Buffer;
  /** Tells versions of the document apart, in either form. */
  readonly etag: string;
  protobuf(): Buffer;
}

/** The OpenAPI documents, each made when it is first asked for: most clients never ask. */
class OpenApiDocuments {
  private readonly documents = new Map<string, DocumentForms>();
  /** The names of the documents of version 3: "api/v1", "apis/apps/v1", "version". */
  readonly names: readonly string[];

  constructor(private readonly resources: readonly ServedResource[]) {
    this.names = openApiDocumentNames(resources);
  }

  version2(): DocumentForms {
    return this.document('', () => openApiV2(this.resources), encodeOpenApiV2);
  }

  /** The document of a group's version or of another path; the name has to be one of `names`. */
  version3(name: string): DocumentForms {
    return this.document(name, () => openApiV3(this.resources, name), encodeOpenApiV3);
  }

  private document(name: string, make: () => object, encode: (document: object) => Uint8Array): DocumentForms {
    const known = this.documents.get(name);
    if (known) return known;
    const document = make();
    const json = Buffer.from(JSON.stringify(document));
    const etag = createHash('sha512').update(json).digest('hex').toUpperCase();
    let protobuf: Buffer | undefined;
    const forms = { json, etag, protobuf: () => (protobuf ??= Buffer.from(encode(document))) };
    this.documents.set(name, forms);
    return forms;
  }
}

/** A year, in milliseconds: how long a document that is named by its hash may be kept. */
const forever = 365 * 24 * 3600_000;

/** Serves what is below /openapi/. */
export class OpenApiHandler {
  private readonly documents: OpenApiDocuments;

  constructor(
    resources: readonly ServedResource[],
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    this.documents = new OpenApiDocuments(resources);
  }

  /** Whether there is something at this path; then it has been answered. */
  handle(path: string, accept: string | undefined, query: URLSearchParams, response: ServerResponse): boolean {
    if (path === '/openapi/v2') {
      sendDocument(this.documents.version2(), 'v2', accept, response);
      return true;
    }
    if (path === '/openapi/v3') {
      const urls = this.documents.names.map((name) => [name, { serverRelativeURL: this.url(name) }]);
      sendJson(response, 200, { paths: Object.fromEntries(urls) as unknown });
      return true;
    }
    const name = path.slice('/openapi/v3/'.length);
    if (!this.documents.names.includes(name)) return false;
    this.version3(name, accept, query.get('hash'), response);
    return true;
  }

  private version3(name: string, accept: string | undefined, hash: string | null, response: ServerResponse): void {
    const document = this.documents.version3(name);
    if (hash && hash !== document.etag) {
      response.writeHead(301, { location: this.url(name) }).end();
      return;
    }
    // What is named by its hash never changes.
    if (hash) {
      response.setHeader('cache-control', 'public, immutable');
      response.setHeader('expires', new Date(this.clock.now() + forever).toUTCString());
    }
    sendDocument(document, 'v3', accept, response);
  }

  private url(name: string): string {
    return `/openapi/v3/${name}?hash=${this.documents.version3(name).etag}`;
  }
}

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
