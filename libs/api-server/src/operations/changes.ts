import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  isJsonObject,
  parseJsonText,
  readerOf,
  schemaOf,
  PatchError,
  printGoDocument,
  printGoValue,
  badRequest,
  invalid,
  requestEntityTooLarge,
  StatusError,
  type DecodeError,
  type Json,
  type JsonObject,
  type ApiObject,
} from '@skiff/apimachinery';
import { type Kind, apiVersionOf, deepestJson, parseJson, writeJson } from '@skiff/contracts';
import { readStrictly, type FieldValidation } from '../decoding/decode';
import { noStruct, whyWrongKind } from '../decoding/require-kind';
import type { Scheme } from '../decoding/scheme';
import { explainRestore } from './restore';

export type PatchKind = 'json' | 'merge' | 'strategic';

const patchTypes: Readonly<Record<string, PatchKind | 'apply'>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** What a strategic merge patch goes by is said in the fields of messages, so that other kinds have none. */
export function requirePatchable(kind: Kind, patch: PatchKind | 'apply'): void {
  if (patch === 'strategic' && readerOf(kind)) throw unsupportedPatch();
}

/** How a patch may be sent of objects that have no message. */
const documentPatches = Object.keys(patchTypes).filter((type) => patchTypes[type] !== 'strategic');

const unsupportedPatch = (): StatusError =>
  new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${documentPatches.join(', ')}`,
  );

/** The kind of patch that a media type names; throws with upstream's words. `of` is what is patched. */
export function patchKind(mediaType: string, of: Kind): PatchKind | 'apply' {
  const kind = patchTypes[mediaType];
  if (kind) return kind;
  if (readerOf(of)) throw unsupportedPatch();
  throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

/** Reads the body of a patch; throws badRequest for one that is no JSON, or deeper than whoever applies it survives. */
export function parsePatch(kind: PatchKind, body: Buffer): Json {
  try {
    return parseJsonText(body.toString('utf8'), deepestJson) as Json;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw badRequest(kind === 'strategic' ? why : `error decoding patch: ${why}`);
  }
}

interface ReadOptions {
  readonly fieldValidation: FieldValidation;
  readonly scheme: Scheme;
  warn(text: string): void;
}

/**
 * Applies a patch to the current object and reads the result as its kind.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go.
 */
export function patchObject<T extends ApiObject>(
  kind: Kind<T>,
  current: T,
  { kind: patchKind, patch }: { readonly kind: PatchKind; readonly patch: () => Json },
  options: ReadOptions,
): T {
  // What JSON would carry: properties that are undefined do not exist.
  const target = parseJson(writeJson(current)) as JsonObject;
  const read = patch();
  return answering(() => (patchKind === 'strategic' ? strategic : document)(kind, target, read, patchKind, options));
}

type Apply = <T extends ApiObject>(
  kind: Kind<T>,
  target: JsonObject,
  patch: Json,
  patchKind: PatchKind,
  options: ReadOptions,
) => T;

/** A strategic merge patch changes a typed object, whose kind is known: what it says of its kind does not matter. */
const strategic: Apply = (kind, target, patch, _, options) => {
  if (patch !== null && !isJsonObject(patch)) {
    const found = Array.isArray(patch) ? 'array' : typeof patch;
    throw badRequest(`json: cannot unmarshal ${found} into Go value of type map[string]interface {}`);
  }
  const result = applyStrategicMergePatch(target, patch ?? {}, schemaOf(kind));
  const refuse = (why: DecodeError): StatusError => invalidPatch(printGoValue(patch), explainRestore(why));
  return readStrictly(kind, result, options, refuse);
};

/** What has no type of its own is printed with all names in order. */
const everything = { has: () => true };

/** The other patches change a document, which is read anew. */
const document: Apply = (kind, target, patch, patchKind, options) => {
  const opened = new WeakSet<object>();
  const result = (patchKind === 'json' ? applyJsonPatch : applyMergePatch)(target, patch, opened);
  const refuse = (why: string): StatusError =>
    invalidPatch(printGoDocument(result, readerOf(kind) ? everything : opened), why);
  requireKind(kind, result, options, refuse);
  return readStrictly(kind, result, options, ({ message }) => refuse(message));
};

/** A document that says that it is of another kind is read as that one before it is refused. */
function requireKind(
  kind: Kind<ApiObject>,
  document: Json,
  options: ReadOptions,
  refuse: (why: string) => StatusError,
): void {
  if (!isJsonObject(document)) throw refuse(noStruct('array'));
  const text = (name: 'kind' | 'apiVersion', absent: string): string => {
    const value = document[name] ?? '';
    if (typeof value === 'string') return value || absent;
    const found = Array.isArray(value) ? 'array' : typeof value;
    throw refuse(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${found} into Go struct field .${name} of type string`,
    );
  };
  const name = text('kind', kind.kind);
  const apiVersion = text('apiVersion', apiVersionOf(kind));
  if (readerOf(kind) || (name === kind.kind && apiVersion === apiVersionOf(kind))) return;
  const other = options.scheme.find(name, apiVersion);
  if (other) readStrictly(other, document, { ...options, fieldValidation: 'Ignore' }, ({ message }) => refuse(message));
  throw refuse(whyWrongKind(kind, name, apiVersion, options.scheme));
}

const invalidPatch = (value: string, why: string): StatusError =>
  invalid({ kind: '' }, '', [
    { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}`, field: 'patch' },
  ]);

/** Runs with what a patch may fail of as an answer of the API. */
function answering<R>(run: () => R): R {
  try {
    return run();
  } catch (error) {
    // Copies within a document made it deeper than the stack.
    if (isStackOverflow(error)) throw badRequest('exceeded max depth');
    if (!(error instanceof PatchError)) throw error;
    switch (error.fault) {
      case 'malformed':
        throw badRequest(error.message);
      case 'too large':
        throw requestEntityTooLarge(error.message);
      case 'unexpected':
        throw new StatusError(500, '', error.message, undefined, { cause: error });
      case 'unprocessable':
        throw new StatusError(422, 'Invalid', rejected, {}, { cause: error });
    }
  }
}

const isStackOverflow = (error: unknown): boolean =>
  error instanceof RangeError && error.message === 'Maximum call stack size exceeded';

const rejected = 'the server rejected our request due to an error in our request';
