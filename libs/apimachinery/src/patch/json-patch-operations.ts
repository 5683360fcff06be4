import { goTypeOfJson } from '../normalize/problem';
import { isJsonObject, PatchError, type Json } from './json';

/** One operation of a JSON patch; what is absent is undefined. */
export interface Operation {
  readonly op: string;
  readonly path: string | undefined;
  readonly from: string | undefined;
  readonly value: Json | undefined;
}

/** The most operations that a JSON patch may have. */
const mostOperations = 10_000;

/** Reads the operations of a JSON patch; null is one without any. Throws PatchError with upstream's words. */
export function readOperations(patch: Json): Operation[] {
  if (patch === null) return [];
  if (!Array.isArray(patch)) throw cannotDecode(patch, 'Go value of type []handlers.jsonPatchOp');
  const operations = patch.map(readOperation);
  if (operations.length > mostOperations)
    throw new PatchError(
      `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${operations.length}`,
      'too large',
    );
  return operations;
}

function readOperation(item: Json): Operation {
  if (!isJsonObject(item ?? {})) throw cannotDecode(item, 'Go value of type handlers.jsonPatchOp');
  const members = isJsonObject(item) ? item : {};
  const text = (name: string): string | undefined => {
    const value = members[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw cannotDecode(value, `Go struct field jsonPatchOp.${name} of type string`);
    return value;
  };
  return { op: text('op') ?? 'unknown', path: text('path'), from: text('from'), value: members['value'] };
}

const cannotDecode = (value: Json, target: string): PatchError =>
  new PatchError(`error decoding patch: json: cannot unmarshal ${goTypeOfJson(value)} into ${target}`);
