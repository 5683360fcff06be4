import type { ServerResponse } from 'node:http';
import type { StatusError } from '@skiff/platform';
import { atTurnsEnd } from './turn';

/** What a client accepts, and how it wants objects shown. */
export interface Accept {
  readonly form: 'json' | 'protobuf' | 'yaml';
  /** Another kind in place of the object: a Table, or metadata alone. */
  readonly as: '' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | 'APIGroupDiscoveryList';
  readonly parameters: ReadonlyMap<string, string>;
}

const jsonAccept: Accept = { form: 'json', as: '', parameters: new Map() };

/** The first alternative of an Accept header that the server can give; undefined when there is none. */
export function readAccept(header: string | undefined): Accept | undefined {
  if (!header || header === '*/*' || header === 'application/json') return jsonAccept;
  for (const alternative of header.split(',')) {
    const [type = '', ...rest] = alternative.split(';').map((part) => part.trim());
    const parameters = new Map(rest.map((part) => part.split('=', 2) as [string, string]));
    const form =
      type === 'application/json' || type === '*/*' || type === 'application/*'
        ? 'json'
        : type === 'application/yaml'
          ? 'yaml'
          : type === 'application/vnd.kubernetes.protobuf'
            ? 'protobuf'
            : undefined;
    if (!form) continue;
    const as = (parameters.get('as') ?? '') as Accept['as'];
    // Tables are printed in JSON, whatever else the client could read.
    if (as && form === 'protobuf' && as === 'Table') continue;
    return { form, as, parameters };
  }
  return undefined;
}

export const contentTypes = {
  json: 'application/json',
  yaml: 'application/yaml',
  protobuf: 'application/vnd.kubernetes.protobuf',
} as const;

/** Warnings as the header that kubectl prints, by RFC 7234. */
export function warningHeaders(warnings: readonly string[]): string[] {
  return warnings.map((text) => `299 - ${JSON.stringify(text)}`);
}

/** Answers with a body: bytes, or text that is ASCII alone. */
export function sendBytes(
  response: ServerResponse,
  code: number,
  contentType: string,
  body: Buffer | string,
  warnings: readonly string[] = [],
): void {
  if (warnings.length) response.setHeader('Warning', warningHeaders(warnings));
  response.writeHead(code, {
    'content-type': contentType,
    'content-length': body.length,
    'cache-control': 'no-cache, private',
  });
  atTurnsEnd(() => (typeof body === 'string' ? response.end(body, 'latin1') : response.end(body)));
}

export function sendJson(
  response: ServerResponse,
  code: number,
  value: unknown,
  warnings: readonly string[] = [],
): void {
  sendBytes(response, code, contentTypes.json, Buffer.from(`${JSON.stringify(value)}\n`), warnings);
}

export function sendError(response: ServerResponse, error: StatusError): void {
  if (error.code === 401) response.setHeader('www-authenticate', 'Basic realm="kubernetes-master"');
  if (error.details?.retryAfterSeconds) response.setHeader('retry-after', String(error.details.retryAfterSeconds));
  const { metadata, ...status } = error.toStatus();
  sendJson(response, error.code, { kind: 'Status', apiVersion: 'v1', metadata, ...status });
}

export function sendText(response: ServerResponse, code: number, text: string): void {
  response.setHeader('x-content-type-options', 'nosniff');
  sendBytes(response, code, 'text/plain; charset=utf-8', Buffer.from(text));
}
