import type { Kind } from '@skiff/contracts';
import {
  DecodeError,
  schemaOf,
  normalizeObject,
  parseJsonText,
  readerOf,
  badRequest,
  type Findings,
  type ApiObject,
  type StatusError,
} from '@skiff/apimachinery';
import { decodeEnvelope, isEnvelope, type Envelope } from './envelope';
import { jsonMediaType, mediaType, protobufMediaType, unsupportedMediaType } from './media-types';
import { requireDocument } from './require-document';
import { requireKind, wrongKind } from './require-kind';
import type { Scheme } from './scheme';
import { problemsApart, strictProblems, warningsOf, type DocumentSource } from './strict-problems';
import { unrecognized } from './unrecognized';
import type { YamlDocument } from '../yaml/codec';

/** What to do about fields that the schema does not have. */
export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export type DuplicateKeys = YamlDocument['duplicates'];

export interface DecodeOptions {
  readonly contentType: string;
  /** Of a document that was YAML. */
  readonly duplicates?: DuplicateKeys | undefined;
  readonly fieldValidation: FieldValidation;
  /** What a document may be that is of another kind. */
  readonly scheme: Scheme;
  /** Other apiVersions whose objects are read as the kind's; default: none. */
  readonly readAlso?: readonly string[];
  warn(text: string): void;
}

/** Reads the object of a request's body, which must be of this kind. */
export function decodeObject<T extends ApiObject>(kind: Kind<T>, body: Buffer, options: DecodeOptions): T {
  const type = mediaType(options.contentType) || jsonMediaType;
  if (type === protobufMediaType) return decodeProtobuf(kind, body, options);
  if (type !== jsonMediaType) throw unsupportedMediaType(type);
  const value = parseDocument(body, kind.kind);
  if (readerOf(kind)) requireDocument(kind, value, body);
  else requireKind(kind, value, body, options);
  return normalize(kind, value, options, options.duplicates ?? body.toString('utf8'));
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
  const read = readerOf(kind);
  let object: T;
  try {
    object = read ? read(value as object, findings) : normalizeObject(schemaOf(kind), value, findings);
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error);
    throw error;
  }
  if (options.fieldValidation === 'Ignore') return object;
  const { unknownFields } = findings;
  const problems = read ? problemsApart(unknownFields, source) : strictProblems(unknownFields, source);
  if (problems.length && options.fieldValidation === 'Strict')
    throw refuse(new DecodeError(`strict decoding error: ${problems.join(', ')}`));
  for (const warning of problems.flatMap(warningsOf)) options.warn(warning);
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

function decodeProtobuf<T extends ApiObject>(kind: Kind<T>, body: Buffer, { warn, scheme }: DecodeOptions): T {
  // Nobody but JSON has its fields.
  if (readerOf(kind)) throw unsupportedMediaType(protobufMediaType);
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
