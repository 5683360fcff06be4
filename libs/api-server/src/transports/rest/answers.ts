import type { ServerResponse } from 'node:http';
import { type Codec, metav1, writeJson } from '@skiff/contracts';
import type { StatusError } from '@skiff/apimachinery';
import { encodeEnvelope } from '../../decoding/envelope';
import { printYaml } from '../../yaml/yaml';
import { contentTypes, readAccept } from './accept';
import { prettyJson, wantsPretty } from './pretty';
import { atTurnsEnd } from './event-loop-turn';

/** Warnings as the header that kubectl prints, by RFC 7234. */
export function warningHeaders(warnings: readonly string[]): string[] {
  // Node.js writes one byte for each character.
  return warnings.map((text) => Buffer.from(`299 - ${JSON.stringify(text)}`, 'utf8').toString('latin1'));
}

/** Answers with a body: bytes, or text that is ASCII alone. JSON is laid out for whoever looks at it by hand. */
export function sendBytes(
  response: ServerResponse,
  code: number,
  contentType: string,
  body: Buffer | string,
  warnings: readonly string[] = [],
): void {
  // Whoever finishes after the deadline of a request finds it answered.
  if (response.headersSent) return;
  response.statusCode = code;
  if (warnings.length) response.setHeader('Warning', warningHeaders(warnings));
  if (contentType.startsWith(contentTypes.json) && wantsPretty(response.req))
    void prettyJson(typeof body === 'string' ? Buffer.from(body, 'latin1') : body).then((pretty) =>
      endWith(response, code, contentType, pretty),
    );
  else endWith(response, code, contentType, body);
}

const bodyBytes = Symbol('bodyBytes');

/** A property, for it is set on every answer, and a map of answers would be dear. */
type Sized = ServerResponse & { [bodyBytes]?: number };

/** How long the body of an answer is, in bytes; undefined for what is sent in pieces, or is still laid out. */
export const sizeOf = (response: Sized): number | undefined => response[bodyBytes];

const addedHeaders = Symbol('addedHeaders');

/** A property as well: once one header of a response is set by itself, Node.js takes a longer way with all of them. */
type Extended = ServerResponse & { [addedHeaders]?: Readonly<Record<string, string>> | undefined };

/** Says something in the headers of a response that has not begun. */
export function addHeaders(response: Extended, headers: Readonly<Record<string, string>>): void {
  response[addedHeaders] = response[addedHeaders] ? { ...response[addedHeaders], ...headers } : headers;
}

/** Hands a response to whoever knows nothing of what was added to its headers. */
export function writeAddedHeaders(response: Extended): void {
  for (const [name, value] of Object.entries(response[addedHeaders] ?? {})) response.setHeader(name, value);
  response[addedHeaders] = undefined;
}

function endWith(response: Sized & Extended, code: number, contentType: string, body: Buffer | string): void {
  // Whoever finishes after the deadline of a request finds it answered.
  if (response.headersSent) return;
  response[bodyBytes] = body.length;
  response.writeHead(code, {
    'content-type': contentType,
    'content-length': body.length,
    'cache-control': 'no-cache, private',
    ...response[addedHeaders],
  });
  atTurnsEnd(() => (typeof body === 'string' ? response.end(body, 'latin1') : response.end(body)));
}

export function sendJson(
  response: ServerResponse,
  code: number,
  value: unknown,
  warnings: readonly string[] = [],
): void {
  sendBytes(response, code, contentTypes.json, Buffer.from(`${writeJson(value)}\n`), warnings);
}

/**
 * Answers with JSON that is laid out whoever asks.
 * Upstream: WriteRawJSON in staging/src/k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/writers.go.
 */
export function sendRawJson(response: ServerResponse, code: number, value: unknown): void {
  endWith(response, code, contentTypes.json, Buffer.from(writeJson(value, 2)));
}

/** An object of the API's own machinery, which says of which kind it is. */
export interface Machinery<T> {
  readonly kind: string;
  readonly codec: Codec<T>;
  readonly object: T & object;
}

/** Answers with an object that is no resource, in the form that the client accepts; JSON for whoever accepts none. */
export function sendMachinery<T>(
  response: ServerResponse,
  code: number,
  { kind, codec, object }: Machinery<T>,
  warnings: readonly string[] = [],
): void {
  const { form } = readAccept(response.req.headers.accept) ?? { form: 'json' };
  if (form === 'protobuf') {
    const raw = codec.encode(object).finish();
    sendBytes(response, code, contentTypes.protobuf, encodeEnvelope({ apiVersion: 'v1', kind, raw }), warnings);
  } else if (form === 'yaml')
    sendBytes(response, code, contentTypes.yaml, Buffer.from(printYaml(writeJson(object))), warnings);
  else sendJson(response, code, object, warnings);
}

export function sendStatus(
  response: ServerResponse,
  code: number,
  status: metav1.Status,
  warnings: readonly string[] = [],
): void {
  const object: metav1.Status = { kind: 'Status', apiVersion: 'v1', ...status };
  sendMachinery(response, code, { kind: 'Status', codec: metav1.Status, object }, warnings);
}

export function sendError(response: ServerResponse, error: StatusError): void {
  if (error.code === 401) response.setHeader('www-authenticate', 'Basic realm="kubernetes-master"');
  if (error.details?.retryAfterSeconds) response.setHeader('retry-after', String(error.details.retryAfterSeconds));
  sendStatus(response, error.code, error.toStatus());
}

export function sendText(response: ServerResponse, code: number, text: string): void {
  response.setHeader('x-content-type-options', 'nosniff');
  sendBytes(response, code, 'text/plain; charset=utf-8', Buffer.from(text));
}
