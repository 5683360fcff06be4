import { cloneJson } from '@skiff/apimachinery';
import { setEntry } from '@skiff/contracts';
import { isFields, type Fields, type Structure } from './structure';

/**
 * A value with the defaults of its schema where it says nothing, or null where that is not allowed. The value stays as
 * it is; what needs no default is shared with it.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/algorithm.go.
 */
export function withDefaults(value: unknown, structure: Structure): unknown {
  if (!structure.hasDefaults || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return structure.items ? defaultItems(value, structure.items) : value;
  return isFields(value) ? defaultFields(value, structure) : value;
}

function defaultFields(value: Fields, structure: Structure): Fields {
  let copy: Record<string, unknown> | undefined;
  const set = (name: string, item: unknown): void => setEntry((copy ??= { ...value }), name, item);
  for (const [name, property] of structure.properties) {
    if (property.default === undefined || isThere(value, name, property)) continue;
    set(name, withDefaults(cloneJson(property.default), property));
  }
  for (const name of Object.keys(value)) {
    const known = structure.properties.get(name);
    const below = known ?? structure.additional;
    if (below === undefined || (known && known.default !== undefined && !isThere(value, name, known))) continue;
    const before = value[name];
    const after = known ? withDefaults(before, below) : defaultItem(before, below);
    if (after !== before) set(name, after);
  }
  return copy ?? value;
}

const isThere = (value: Fields, name: string, { nullable }: Structure): boolean =>
  Object.hasOwn(value, name) && value[name] !== undefined && (value[name] !== null || nullable);

function defaultItems(list: readonly unknown[], structure: Structure): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (const [index, before] of list.entries()) {
    const after = defaultItem(before, structure);
    if (after !== before) (copy ??= [...list])[index] = after;
  }
  return copy ?? list;
}

/** An item, or the entry of a map, has to be there to have its default. */
function defaultItem(value: unknown, structure: Structure): unknown {
  if (value !== null || structure.nullable || structure.default === undefined) return withDefaults(value, structure);
  return withDefaults(cloneJson(structure.default), structure);
}
