import { isNumber, writeJson } from '@skiff/contracts';
import { directive, setOrder } from './directives';
import { goTypeOf, printGoValue } from './go-value';
import { isJsonObject, memberOf, PatchError, type Json, type JsonObject } from './json';

/** What tells the items of a list apart: one value for all that are the same. */
export type Identify = (item: Json) => unknown;

/** By the value of their merge key, or by themselves where there is none. */
export const identifyBy =
  (key: string | undefined): Identify =>
  (item) =>
    identityOf(key === undefined ? item : mergeKeyOf(item, key));

/** A value that is the same for equal JSON. */
export const identityOf = (value: Json | undefined): unknown =>
  typeof value === 'object' && value !== null && !isNumber(value) ? `\0${writeJson(value)}` : value;

/** The value of an item's merge key. */
export function mergeKeyOf(item: Json, key: string): Json {
  if (!isJsonObject(item)) throw badType('map[string]interface {}', item);
  const value = memberOf(item, key);
  if (value === undefined) throw noMergeKey(item, key);
  return value;
}

export const badType = (expected: string, actual: Json): PatchError =>
  new PatchError(`expected a ${expected}, but received a ${goTypeOf(actual)}`, 'unexpected');

export const noMergeKey = (item: JsonObject, key: string): PatchError =>
  new PatchError(`map: ${printGoValue(item)} does not contain declared merge key: ${key}`, 'unexpected');

/**
 * Throws PatchError unless the items that a patch adds or changes are all in its `$setElementOrder`,
 * and in that order.
 */
export function requireOrder(patch: readonly Json[], order: readonly Json[], key: string | undefined): void {
  if (patch.length === 0 || order.length === 0) return;
  const identify = identifyBy(key);
  let next = 0;
  const kept = patch.filter((item) => !(key !== undefined && isJsonObject(item) && Object.hasOwn(item, directive)));
  for (const item of kept) {
    const id = identify(item);
    while (next < order.length && identify(order[next] as Json) !== id) next += 1;
    if (next >= order.length)
      throw new PatchError(
        `The order in patch list:\n${printGoValue([...patch])}\n doesn't match ${setOrder} list:\n${printGoValue([...order])}\n`,
        'unexpected',
      );
    next += 1;
  }
}

/**
 * Orders a merged list as upstream: what the patch names in the order of the patch, the rest in the
 * order that the list had, and of one from each the patch's first unless the list had the other before it.
 */
export function inOrder(
  list: readonly Json[],
  named: readonly Json[],
  before: readonly Json[],
  identify: Identify,
): Json[] {
  const patchRank = ranks(named, identify);
  const listRank = ranks(before, identify);
  const patched: Ranked[] = [];
  const others: Ranked[] = [];
  for (const item of list) {
    const id = identify(item);
    const rank = patchRank.get(id);
    const was = listRank.get(id);
    if (rank === undefined) others.push({ item, rank: was ?? -1, was });
    else patched.push({ item, rank, was });
  }
  return interleave(others.sort(byRank), patched.sort(byRank));
}

interface Ranked {
  readonly item: Json;
  readonly rank: number;
  /** Its place in the list as it was. */
  readonly was: number | undefined;
}

const byRank = (a: Ranked, b: Ranked): number => a.rank - b.rank;

function ranks(list: readonly Json[], identify: Identify): ReadonlyMap<unknown, number> {
  const found = new Map<unknown, number>();
  for (const [rank, item] of list.entries()) {
    const id = identify(item);
    if (!found.has(id)) found.set(id, rank);
  }
  return found;
}

function interleave(others: readonly Ranked[], patched: readonly Ranked[]): Json[] {
  const result: Json[] = [];
  let next = 0;
  for (const { item, was } of others) {
    for (; next < patched.length; next += 1) {
      const candidate = patched[next] as Ranked;
      if (was !== undefined && candidate.was !== undefined && was < candidate.was) break;
      result.push(candidate.item);
    }
    result.push(item);
  }
  return [...result, ...patched.slice(next).map(({ item }) => item)];
}
