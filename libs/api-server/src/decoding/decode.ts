import { apiVersionOf, type Kind } from '@skiff/contracts';
import {
  DecodeError,
  schemaOf,
  normalizeObject,
  badRequest,
  StatusError,
  type Findings,
  type ApiObject,
} from '@skiff/apimachinery';
import { decodeEnvelope, isEnvelope, type Envelope } from './envelope';
import { parseJsonText } from './json-syntax';
import type { Scheme } from './scheme';
import { strictProblems, type DocumentSource } from './strict-problems';
import type { YamlDocument } from '../yaml/codec';

/** What to do about fields that the schema does not have. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export type DuplicateKeys = YamlDocument['duplicates'];

export interface DecodeOptions {
  readonly contentType: string;
  /** Of a document that was YAML. */
  readonly duplicates?: DuplicateKeys;
  readonly fieldValidation: FieldValidation;
  /** What a document may be that is of another kind. */
  readonly scheme: Scheme;
  /** Other apiVersions whose objects are read as the kind's; default: none. */
  readonly readAlso?: readonly string[];
  warn(text: string): void;
}

const json = 'application/json';
const yaml = 'application/yaml';
const protobuf = 'application/vnd.kubernetes.protobuf';
export { protobuf as protobufMediaType };

/** The media type of a header, without its parameters. */
export const mediaType = (header: string | undefined): string =>
  (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';

/** Reads the object of a request's body, which must be of this kind. */
export function decodeObject<T extends ApiObject>(kind: Kind<T>, body: Buffer, options: DecodeOptions): T {
  const type = mediaType(options.contentType) || json;
  if (type === protobuf) return decodeProtobuf(kind, body, options);
  if (type !== json) throw unsupportedMediaType(type);
  const value = parseDocument(body, kind.kind);
  requireKind(kind, value, body, options);
  return normalize(kind, value, options, options.duplicates ?? body.toString('utf8'));
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
  source?: DocumentSource,
): T {
  return readStrictly(kind, value, options, ({ message }) => cannotHandle(kind, message), source);
}

const cannotHandle = ({ kind, version }: Kind<ApiObject>, why: string): StatusError =>
  badRequest(`${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${why}`);

/**
 * Reads a parsed value as normalize does.
 * @param refuse gives the error for a value that cannot be read.
 */
export function readStrictly<T extends ApiObject>(
  kind: Kind<T>,
  value: unknown,
  options: Pick<DecodeOptions, 'fieldValidation' | 'warn'>,
  refuse: (why: DecodeError) => StatusError,
  source?: DocumentSource,
): T {
  const findings: Findings = { unknownFields: [] };
  let object: T;
  try {
    object = normalizeObject(schemaOf(kind), value, findings);
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error);
    throw error;
  }
  if (options.fieldValidation === 'Ignore') return object;
  const problems = strictProblems(findings.unknownFields, source);
  if (problems.length && options.fieldValidation === 'Strict')
    throw refuse(new DecodeError(`strict decoding error: ${problems.join(', ')}`));
  for (const problem of problems) options.warn(problem);
  return object;
}

/** @param kind what the document should be, for the words of the error. */
export function parseDocument(body: Buffer, kind?: string): unknown {
  try {
    return parseJsonText(body.toString('utf8'));
  } catch (error) {
    const why = `couldn't get version/kind; json parse error: ${error instanceof Error ? error.message : String(error)}`;
    throw kind ? unrecognized(kind, why, body) : badRequest(why);
  }
}

/** A body that should be YAML. A document that takes too much memory stays the error that it is. */
export function unreadable(kind: string, error: unknown, body: Buffer): StatusError {
  if (error instanceof StatusError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return unrecognized(kind, `error converting YAML to JSON: ${why}`, body);
}

function unrecognized(kind: string, why: string, body: Buffer): StatusError {
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summary(body)})`);
}

/** The beginning of a body, as upstream quotes one that it cannot read. */
function summary(body: Buffer): string {
  const longest = 30;
  if (body.length === 0) return '<empty>';
  const text = body[0] === 0x7b ? body.toString('utf8') : body.toString('hex');
  return text.length > longest ? `${text.slice(0, longest)} ...` : text;
}

/** A text that says of which kind a document is; null is none. Throws BadRequest for another value. */
function kindText(value: unknown, field: string, kind: string, body: Buffer): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  throw unrecognized(
    kind,
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${found} into Go struct field .${field} of type string`,
    body,
  );
}

/** Throws BadRequest for a document that says it is of another kind, or of another version. */
export function requireKind(
  kind: Kind<ApiObject>,
  value: unknown,
  body: Buffer,
  { scheme, readAlso = [] }: Pick<DecodeOptions, 'scheme' | 'readAlso'>,
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const document = value as { kind?: unknown; apiVersion?: unknown };
  const apiVersion = kindText(document.apiVersion, 'apiVersion', kind.kind, body);
  const name = kindText(document.kind, 'kind', kind.kind, body);
  const expected = apiVersionOf(kind);
  if (name !== '' && name !== kind.kind) throw wrongKind(kind, name, apiVersion || expected, scheme);
  const group = (text: string): string => (text.includes('/') ? (text.split('/')[0] ?? '') : '');
  if (apiVersion !== '' && group(apiVersion) !== kind.group) throw wrongKind(kind, kind.kind, apiVersion, scheme);
  if (apiVersion !== '' && apiVersion !== expected && !readAlso.includes(apiVersion))
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
}

const internalPackages: Readonly<Record<string, string>> = { '': 'core', 'events.k8s.io': 'core' };

/** The package of upstream's server that a group's types are in, as errors name it. */
export const internalPackage = ({ group }: { readonly group: string }): string =>
  internalPackages[group] ?? group.split('.')[0] ?? '';

const versionIn = (apiVersion: string): string => apiVersion.split('/').pop() ?? '';

/** Why an object of another kind is not one of this kind. */
export function whyWrongKind(kind: Kind<ApiObject>, name: string, apiVersion: string, scheme: Scheme): string {
  const target = `${internalPackage(kind)}.${kind.kind}`;
  return scheme.find(name, apiVersion)
    ? `converting (${versionIn(apiVersion)}.${name}) to (${target}): unknown conversion`
    : `no kind ${JSON.stringify(name)} is registered for version ${JSON.stringify(apiVersion)} in scheme ${JSON.stringify(scheme.name)}`;
}

function wrongKind(kind: Kind<ApiObject>, name: string, apiVersion: string, scheme: Scheme): StatusError {
  const version = JSON.stringify(versionIn(apiVersion));
  return badRequest(
    `${name} in version ${version} cannot be handled as a ${kind.kind}: ${whyWrongKind(kind, name, apiVersion, scheme)}`,
  );
}

function decodeProtobuf<T extends ApiObject>(kind: Kind<T>, body: Buffer, { warn, scheme }: DecodeOptions): T {
  if (!isEnvelope(body))
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  const envelope = readEnvelope(kind, body);
  if (envelope.kind && envelope.kind !== kind.kind) throw wrongKind(kind, envelope.kind, envelope.apiVersion, scheme);
  // What a client wrote as a quantity, a time or a zero may be none in JSON.
  return normalize(kind, decodeRaw(kind, envelope.raw), { fieldValidation: 'Ignore', warn });
}

function decodeRaw<T extends ApiObject>(kind: Kind<T>, raw: Uint8Array): T {
  try {
    return kind.codec.decode(raw);
  } catch (error) {
    throw cannotHandle(kind, error instanceof Error ? error.message : String(error));
  }
}

function readEnvelope(kind: Kind<ApiObject>, body: Buffer): Envelope {
  try {
    return decodeEnvelope(body);
  } catch (error) {
    throw unrecognized(kind.kind, error instanceof Error ? error.message : String(error), body);
  }
}
