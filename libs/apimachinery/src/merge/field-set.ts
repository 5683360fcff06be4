import { RecentMap } from '@skiff/contracts';

/**
 * A set of field paths in the form of FieldsV1: nested objects keyed by path element (`f:name`,
 * `k:{…}`, `v:…`). An element belongs to the set itself when it is empty or has a `.`.
 */
export interface FieldSet {
  [element: string]: FieldSet;
}

export const self = '.';

export const isEmptySet = (set: FieldSet): boolean => {
  for (const _ in set) return false;
  return true;
};

export function isMember(node: FieldSet): boolean {
  return self in node || isEmptySet(node);
}

/** Puts an element below a set; nothing when it is neither a member nor has members below it. */
export function attach(parent: FieldSet, element: string, children: FieldSet, member: boolean): void {
  if (isEmptySet(children)) {
    if (member) parent[element] = {};
  } else parent[element] = member ? { [self]: {}, ...children } : children;
}

/** Whatever belongs to either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const element in a) {
    const left = a[element];
    const right = b[element];
    if (element === self || !left) continue;
    if (right) attach(result, element, union(left, right), isMember(left) || isMember(right));
    else result[element] = left;
  }
  for (const element in b) {
    const right = b[element];
    if (element !== self && right && !(element in a)) result[element] = right;
  }
  return result;
}

/** Whatever belongs to any. Those that are long are walked as often as halves make a whole. */
export function unionOf(sets: readonly FieldSet[]): FieldSet {
  if (sets.length < 2) return sets[0] ?? {};
  const middle = sets.length >> 1;
  return union(unionOf(sets.slice(0, middle)), unionOf(sets.slice(middle)));
}

/** What belongs to the first and not to the second. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const element in a) {
    const left = a[element];
    const right = b[element];
    if (element === self || !left) continue;
    if (right) attach(result, element, difference(left, right), isMember(left) && !isMember(right));
    else result[element] = left;
  }
  return result;
}

/** What belongs to the first, and is neither in the second nor anywhere below what is. */
export function withoutBranches(set: FieldSet, branches: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const element in set) {
    const node = set[element];
    const branch = branches[element];
    if (element === self || !node || (branch && isMember(branch))) continue;
    if (branch) attach(result, element, withoutBranches(node, branch), isMember(node));
    else result[element] = node;
  }
  return result;
}

/** What belongs to both. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const result: FieldSet = {};
  for (const element in a) {
    const left = a[element];
    const right = b[element];
    if (element === self || !left || !right) continue;
    attach(result, element, intersection(left, right), isMember(left) && isMember(right));
  }
  return result;
}

/** Whether all that belongs to a part belongs to the whole. */
export function contains(whole: FieldSet, part: FieldSet): boolean {
  for (const element in part) {
    const right = part[element];
    if (element === self || !right) continue;
    const left = whole[element];
    if (!left || (isMember(right) && !isMember(left)) || !contains(left, right)) return false;
  }
  return true;
}

/** Sets that are in order and never change, each with its length. */
const sortedSets = new WeakMap<FieldSet, number>();
const mostShared = 4_096;
/** In characters. What is longer is hardly shared, would fill the memory, and is slow to freeze. */
const longestShared = 16_384;

/** Sets by what they were made from, in order, and, unless that is long, frozen and shared. */
export class SharedSets {
  readonly #sets = new RecentMap<FieldSet>(mostShared);

  get(signature: string, make: () => FieldSet): FieldSet {
    if (signature.length > longestShared) return sorted(make());
    const known = this.#sets.get(signature);
    if (known) return known;
    const set = freeze(sorted(make()));
    this.#sets.set(signature, set);
    return set;
  }
}

function freeze(set: FieldSet): FieldSet {
  for (const element in set) freeze(set[element] ?? {});
  sortedSets.set(set, lengthOf(set));
  return Object.freeze(set);
}

/** What an element takes in JSON beside its name. */
const elementLength = '"":{},'.length;

/** How long a set is as JSON, in characters and about. */
export function lengthOf(set: FieldSet): number {
  const known = sortedSets.get(set);
  if (known !== undefined) return known;
  let length = 0;
  for (const element in set) length += element.length + elementLength + lengthOf(set[element] ?? {});
  return length;
}

/** The same set in upstream's order: the element itself, fields, keys, values, each by name. */
export function sorted(set: FieldSet): FieldSet {
  if (sortedSets.has(set)) return set;
  const result: FieldSet = {};
  if (self in set) result[self] = {};
  for (const element of elementsOf(set)) result[element] = sorted(set[element] ?? {});
  return result;
}

/** The elements of a set in that order, but for the one that stands for the set itself. */
export const elementsOf = (set: FieldSet): string[] =>
  Object.keys(set)
    .filter((element) => element !== self)
    .sort();
