import { jsonKey, type ErrorList, type Json } from '@skiff/apimachinery';
import { isFields, type Schema } from '../structure/structure';
import { keyOf } from './lists';

/** Holds lists to being sets, or maps by their keys. */
export type ListTypeValidator = (value: unknown, path: string, to: ErrorList) => void;

/**
 * What looks for items that are there twice in lists of the types `set` and `map`; undefined for a schema that has none.
 * Takes linear time.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype/validation.go.
 */
export function compileListTypes(schema: Schema): ListTypeValidator | undefined {
  const own = ownRule(schema);
  const { items, properties, additionalProperties } = schema;
  const ofItems = items !== undefined && !Array.isArray(items) ? compileListTypes(items) : undefined;
  const members = Object.entries(properties ?? {}).flatMap(([name, one]) => {
    const rule = compileListTypes(one);
    return rule ? [[name, rule] as const] : [];
  });
  const named = new Set(Object.keys(properties ?? {}));
  const others = typeof additionalProperties === 'object' ? compileListTypes(additionalProperties) : undefined;
  if (!own && !ofItems && members.length === 0 && !others) return undefined;
  return (value, path, to) => {
    if (Array.isArray(value)) {
      own?.(value, path, to);
      if (ofItems) for (const [index, item] of value.entries()) ofItems(item, `${path}[${index}]`, to);
    } else if (isFields(value)) {
      for (const [name, rule] of members)
        if (Object.hasOwn(value, name)) rule(value[name], path === '' ? name : `${path}.${name}`, to);
      if (others)
        for (const name of Object.keys(value)) if (!named.has(name)) others(value[name], `${path}[${name}]`, to);
    }
  };
}

type Rule = (list: readonly unknown[], path: string, to: ErrorList) => void;

function ownRule(schema: Schema): Rule | undefined {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  switch (schema['x-kubernetes-list-type']) {
    case 'set':
      return refuseTwice(
        (item) => jsonKey(item as Json),
        (item) => item,
      );
    case 'map':
      return refuseTwice(
        (item) => keyOf(item, keys),
        (item) => Object.fromEntries(keys.flatMap((key) => entryOf(item, key))),
      );
    default:
      return undefined;
  }
}

const entryOf = (item: unknown, key: string): [string, unknown][] =>
  isFields(item) && item[key] !== undefined ? [[key, item[key]]] : [];

/** Of several that are the same, the second is told. */
function refuseTwice(key: (item: unknown) => string | undefined, shown: (item: unknown) => unknown): Rule {
  return (list, path, to) => {
    const seen = new Map<string, number>();
    for (const [index, item] of list.entries()) {
      const own = key(item);
      if (own === undefined) continue;
      const times = (seen.get(own) ?? 0) + 1;
      seen.set(own, times);
      if (times === 2) to.duplicate(`${path}[${index}]`, shown(item));
    }
  };
}
