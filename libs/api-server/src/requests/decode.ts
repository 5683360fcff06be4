import { parse as parseYaml } from 'yaml';
import { apiVersionOf, type Kind } from '@skiff/contracts';
import { DecodeError, normalizeObject, type Findings } from '@skiff/api';
import { StatusError } from '@skiff/platform';
import type { ApiObject } from '../pipeline/admission';
import { badRequest } from '../registry/errors';
import { decodeEnvelope, isEnvelope } from './envelope';

/** What to do about fields that the schema does not have. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface DecodeOptions {
  readonly contentType: string;
  readonly fieldValidation: FieldValidation;
  warn(text: string): void;
}

const json = 'application/json';
const yaml = 'application/yaml';
const protobuf = 'application/vnd.kubernetes.protobuf';

/** The media type of a header, without its parameters. */
export const mediaType = (header: string | undefined): string =>
  (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** Reads the object of a request's body, which must be of this kind. */
export function decodeObject<T extends ApiObject>(kind: Kind<T>, body: Buffer, options: DecodeOptions): T {
  const type = mediaType(options.contentType) || json;
  if (type === protobuf) return decodeProtobuf(kind, body);
  if (type !== json && type !== yaml) throw unsupportedMediaType(type);
  const value = parseDocument(body, type);
  requireKind(kind, value);
  return normalize(kind, value, options);
}

export function unsupportedMediaType(type: string): StatusError {
  return new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${json}, ${yaml}, ${protobuf}`,
    undefined,
    { cause: new Error(type) },
  );
}

/** A parsed value as the canonical object of its kind; unknown fields are refused, told or ignored. */
export function normalize<T extends ApiObject>(
  kind: Kind<T>,
  value: unknown,
  options: Pick<DecodeOptions, 'fieldValidation' | 'warn'>,
): T {
  const findings: Findings = { unknownFields: [] };
  let object: T;
  try {
    object = normalizeObject(kind, value, findings);
  } catch (error) {
    if (error instanceof DecodeError)
      throw badRequest(
        `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: ${error.message}`,
      );
    throw error;
  }
  if (findings.unknownFields.length && options.fieldValidation !== 'Ignore') {
    const texts = findings.unknownFields.map((path) => `unknown field ${JSON.stringify(path)}`);
    if (options.fieldValidation === 'Strict')
      throw badRequest(
        `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: strict decoding error: ${texts.join(', ')}`,
      );
    for (const text of texts) options.warn(text);
  }
  return object;
}

export function parseDocument(body: Buffer, type: string): unknown {
  const text = body.toString('utf8');
  try {
    return type === yaml ? parseYaml(text) : JSON.parse(text);
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${goJsonError(text, error)}`);
  }
}

/** What Go's decoder says of text that is no JSON. */
function goJsonError(text: string, error: unknown): string {
  const trimmed = text.trimStart();
  if (trimmed === '') return 'unexpected end of JSON input';
  try {
    JSON.parse(trimmed[0] === '{' || trimmed[0] === '[' ? `${trimmed[0]}` : trimmed);
  } catch {
    const first = trimmed[0] ?? '';
    if (!/[{["0-9tfn-]/.test(first)) return `invalid character '${first}' looking for beginning of value`;
  }
  return error instanceof Error ? error.message : String(error);
}

function requireKind(kind: Kind<ApiObject>, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const { kind: name, apiVersion } = value as { kind?: unknown; apiVersion?: unknown };
  const expected = apiVersionOf(kind);
  if (name !== undefined && name !== '' && name !== kind.kind)
    throw wrongKind(kind, String(name), typeof apiVersion === 'string' ? apiVersion : expected);
  if (apiVersion !== undefined && apiVersion !== '' && apiVersion !== expected)
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${expected})`,
    );
}

function wrongKind(kind: Kind<ApiObject>, name: string, apiVersion: string): StatusError {
  return badRequest(
    `${name} in version ${JSON.stringify(apiVersion.split('/').pop() ?? '')} cannot be handled as a ${kind.kind}: converting (${apiVersion}.${name}) to (${apiVersionOf(kind)}.${kind.kind}): unknown conversion`,
  );
}

function decodeProtobuf<T extends ApiObject>(kind: Kind<T>, body: Buffer): T {
  if (!isEnvelope(body))
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  const envelope = decodeEnvelope(body);
  if (envelope.kind && envelope.kind !== kind.kind) throw wrongKind(kind, envelope.kind, envelope.apiVersion);
  try {
    return kind.codec.decode(envelope.raw);
  } catch (error) {
    throw badRequest(`unable to decode ${kind.kind}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
