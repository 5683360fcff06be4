import {
  applyJsonPatch,
  DecodeError,
  isJsonObject,
  normalizeObject,
  parseJsonText,
  PatchError,
  StatusError,
  type ApiObject,
  type Json,
} from '@skiff/apimachinery';
import { apiVersionOf, deepestJson } from '@skiff/contracts';
import type { Shape } from '@skiff/admission-rules';

/** Reads the operations of a patch. Throws an error in the words of Go's decoder. */
export function readPatch(text: string): Json[] {
  const patch = parseJsonText(text, deepestJson) as Json;
  const fail = (value: Json, type: string): never => {
    const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    throw new Error(`json: cannot unmarshal ${found} into Go value of type jsonpatch.${type}`);
  };
  if (patch === null) return [];
  if (!Array.isArray(patch)) return fail(patch, 'Patch');
  for (const operation of patch) if (operation !== null && !isJsonObject(operation)) fail(operation, 'Operation');
  return patch;
}

/**
 * What a patch makes of an object, in its canonical form and with its defaults. Unknown fields are left out, as by
 * upstream. Throws InternalError for a patch that does not fit, and for a result that is none.
 */
export function patched(object: string, patch: Json[], shape: Shape): ApiObject {
  try {
    const result = applyJsonPatch(parseJsonText(object) as Json, patch);
    requireKind(result, shape);
    const canonical = normalizeObject<ApiObject>(shape.schema, result, { unknownFields: [] });
    shape.setDefaults(canonical);
    return canonical;
  } catch (error) {
    if (error instanceof PatchError || error instanceof DecodeError) throw StatusError.from(new Error(error.message));
    // Copies within a document made it deeper than whoever walks it survives.
    if (error instanceof RangeError) throw StatusError.from(new Error('exceeded max depth'));
    throw error;
  }
}

/** A patch does not turn an object into one of another kind. */
function requireKind(result: Json, { kind }: Shape): void {
  const { kind: ofKind = kind.kind, apiVersion = apiVersionOf(kind) } = isJsonObject(result) ? result : {};
  if ((ofKind || kind.kind) === kind.kind && (apiVersion || apiVersionOf(kind)) === apiVersionOf(kind)) return;
  throw new PatchError(
    `the patch makes a ${String(ofKind)} of ${String(apiVersion)} of a ${kind.kind} of ${apiVersionOf(kind)}`,
  );
}
