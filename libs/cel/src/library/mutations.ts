import { dynType, type ObjectType, objectType, stringType } from '../types/type';
import { StructValue } from '../values/maps';
import { ListValue, type Value } from '../values/value';
import { func, global, string } from './declare';

const jsonPatch = objectType('JSONPatch', { op: stringType, path: stringType, from: stringType, value: dynType });

/**
 * The types that expressions of mutating policies make values of: `JSONPatch`, and `Object` with whatever is below it
 * (`Object.spec.template`), whose fields may be anything. For {@link EnvironmentOptions.types}.
 * Upstream: k8s.io/apiserver/pkg/cel/mutation/typeresolver.go.
 */
export function mutationTypes(name: string): ObjectType | undefined {
  if (name === jsonPatch.name) return jsonPatch;
  if (name !== 'Object' && !name.startsWith('Object.')) return undefined;
  return { kind: 'object', name, field: (jsonName) => ({ jsonName, type: dynType }) };
}

/**
 * What is wrong with the names of the types in an object that an expression made: the type of a field is called by the
 * path to it. Undefined if nothing is. Upstream: k8s.io/apiserver/pkg/cel/mutation/dynamic/objects.go.
 */
export function objectTypeProblem(value: Value): string | undefined {
  return value instanceof StructValue ? problemBelow(value, value.typeName) : undefined;
}

function problemBelow(value: Value, path: string): string | undefined {
  if (value instanceof ListValue) return firstProblem(value, path);
  if (!(value instanceof StructValue)) return undefined;
  if (value.typeName !== path)
    return `unexpected type name ${JSON.stringify(value.typeName)}, expected ${JSON.stringify(path)}, which matches field name path from root Object type`;
  for (const key of value.keys()) {
    const problem = problemBelow(value.get(key) ?? null, `${path}.${String(key)}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Lists may be larger than what an expression could have made element by element. */
const mostElements = 100_000;

function firstProblem(list: ListValue, path: string): string | undefined {
  const size = Math.min(list.size, mostElements);
  for (let index = 0; index < size; index++) {
    const problem = problemBelow(list.get(index), path);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Upstream: k8s.io/apiserver/pkg/cel/library/jsonpatch.go. */
export const jsonPatches = [
  func(
    'jsonpatch.escapeKey',
    global('string_jsonpatch_escapeKey_string', [string], stringType, (key) =>
      key.replaceAll('~', '~0').replaceAll('/', '~1'),
    ),
  ),
];
