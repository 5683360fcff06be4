import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  isJsonObject,
  PatchError,
  type Json,
  type JsonObject,
} from '@skiff/api';
import { badRequest, StatusError } from '@skiff/platform';
import type { ApiObject } from '../pipeline/admission';
import type { ResourceDefinition } from '../registry/resource-definition';
import { normalize, type FieldValidation } from './decode';

export type PatchKind = 'json' | 'merge' | 'strategic';

const patchTypes: Readonly<Record<string, PatchKind | 'apply'>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** The kind of patch that a media type names; throws with upstream's words. */
export function patchKind(mediaType: string): PatchKind | 'apply' {
  const kind = patchTypes[mediaType];
  if (kind) return kind;
  throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

/** Applies a patch to the current object and reads the result as its kind. */
export function patchObject<T extends ApiObject>(
  definition: ResourceDefinition<T>,
  current: T,
  kind: PatchKind,
  patch: Json,
  options: { fieldValidation: FieldValidation; warn(text: string): void },
): T {
  // What JSON would carry: properties that are undefined do not exist.
  const target = JSON.parse(JSON.stringify(current)) as JsonObject;
  return normalize(definition.kind, apply(definition, target, kind, patch), options);
}

function apply<T extends ApiObject>(
  definition: ResourceDefinition<T>,
  target: JsonObject,
  kind: PatchKind,
  patch: Json,
): Json {
  try {
    if (kind === 'json') return applyJsonPatch(target, patch);
    if (kind === 'merge') return applyMergePatch(target, patch);
    if (!isJsonObject(patch)) throw new PatchError('cannot unmarshal a strategic merge patch that is no object');
    return applyStrategicMergePatch(target, patch, definition.kind.message);
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    if (error.fits === 'unprocessable')
      throw new StatusError(
        422,
        'Invalid',
        'the server rejected our request due to an error in our request',
        {},
        { cause: error },
      );
    throw badRequest(error.message);
  }
}
