import type { Run } from '../runtime/run';
import { equals } from './compare';
import { ArrayList, concatLists } from './lists';
import { type ListValue, MapValue, type Value } from './value';

/**
 * What `+` makes of a list of the host: a set takes what it lacks; a map list takes elements, and lets those of its
 * keys replace its own. Upstream: apiserver/pkg/cel/common/values.go, unstructuredSetList.Add, unstructuredMapList.Add.
 */
export function addHostLists(one: ListValue, other: ListValue, run: Run): ListValue {
  const type = one.hostType?.kind === 'list' ? one.hostType : undefined;
  if (type?.semantics === 'set') return union(one, other, run);
  if (type?.semantics === 'map') return mergeByKeys(one, other, type.mapKeys ?? [], run);
  return concatLists(one, other);
}

function union(one: ListValue, other: ListValue, run: Run): ListValue {
  const all = [...one];
  for (const element of other) {
    run.step(all.length);
    if (!all.some((known) => equals(known, element, run))) all.push(element);
  }
  return new ArrayList(all);
}

function mergeByKeys(one: ListValue, other: ListValue, keys: readonly string[], run: Run): ListValue {
  const sameKeys = (first: Value, second: Value): boolean =>
    first instanceof MapValue &&
    second instanceof MapValue &&
    keys.every((key) => equals(first.get(key) ?? null, second.get(key) ?? null, run));
  const all = [...one];
  for (const element of other) {
    run.step(all.length);
    const place = all.findIndex((known) => sameKeys(known, element));
    if (place < 0) all.push(element);
    else all[place] = element;
  }
  return new ArrayList(all);
}
