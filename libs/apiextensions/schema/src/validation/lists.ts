import { jsonKey, type Json } from '@skiff/apimachinery';
import { isFields, type Schema } from '../structure/structure';
import { unknownBefore, type Check } from './check';
import { areTooMany, prefix, shouldBe } from './failure';
import type { Compile } from './objects';

/** Holds lists to what their items are, and to how many there may be. */
export function listCheck(schema: Schema, compile: Compile): Check | undefined {
  const { items, minItems, maxItems } = schema;
  const item = items !== undefined && !Array.isArray(items) ? compile(items) : undefined;
  if (!item && minItems === undefined && maxItems === undefined) return undefined;
  const correlate = correlation(schema);
  return (value, found, old) => {
    if (!Array.isArray(value)) return 0;
    const list = value as readonly unknown[];
    let matches = 1;
    if (item) {
      const before = old === unknownBefore ? undefined : correlate?.(old);
      for (let index = 0; index < list.length; index += 1) {
        const from = found.length;
        matches += item(list[index], found, before ? before(list[index]) : unknownBefore);
        if (found.length > from) prefix(found, from, `[${index}]`);
      }
    }
    if (minItems !== undefined && list.length < minItems)
      found.push(shouldBe(list.length, `should have at least ${minItems} items`));
    if (maxItems !== undefined && list.length > maxItems) found.push(areTooMany(list.length, maxItems));
    return matches;
  };
}

/** Finds what an item was before: only those that keys tell apart can be found again. */
export function correlation(schema: Schema): ((old: unknown) => ((item: unknown) => unknown) | undefined) | undefined {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (schema['x-kubernetes-list-type'] !== 'map' || keys.length === 0) return undefined;
  return (old) => {
    if (!Array.isArray(old)) return undefined;
    const known = new Map<string, unknown>();
    for (const item of old as readonly unknown[]) {
      const key = keyOf(item, keys);
      if (key !== undefined && !known.has(key)) known.set(key, item);
    }
    return (item) => {
      const key = keyOf(item, keys);
      return key !== undefined && known.has(key) ? known.get(key) : unknownBefore;
    };
  };
}

/** Text that items with equal keys have in common; undefined for what is no object. */
export const keyOf = (item: unknown, keys: readonly string[]): string | undefined =>
  isFields(item) ? keys.map((key) => jsonKey((item[key] ?? null) as Json)).join(',') : undefined;
