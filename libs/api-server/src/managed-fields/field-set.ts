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

function isMember(node: FieldSet): boolean {
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

/** Sets that are in order and never change. */
const sortedSets = new WeakSet<FieldSet>();
const mostShared = 4_096;
/** In characters. What is longer is hardly shared, would fill the memory, and is slow to freeze. */
const longestShared = 16_384;

/** Sets by what they were made from, in order, and, unless that is long, frozen and shared. */
export class SharedSets {
  readonly #sets = new Map<string, FieldSet>();

  get(signature: string, make: () => FieldSet): FieldSet {
    if (signature.length > longestShared) return sorted(make());
    let set = this.#sets.get(signature);
    if (set) return set;
    set = freeze(sorted(make()));
    this.#sets.set(signature, set);
    const [oldest] = this.#sets.keys();
    if (this.#sets.size > mostShared && oldest !== undefined) this.#sets.delete(oldest);
    return set;
  }
}

function freeze(set: FieldSet): FieldSet {
  for (const element in set) freeze(set[element] ?? {});
  sortedSets.add(set);
  return Object.freeze(set);
}

/** The same set in upstream's order: the element itself, fields, keys, values, each by name. */
export function sorted(set: FieldSet): FieldSet {
  if (sortedSets.has(set)) return set;
  const result: FieldSet = {};
  if (self in set) result[self] = {};
  const rank = (element: string): number => (element[0] === 'f' ? 0 : element[0] === 'k' ? 1 : 2);
  const elements = Object.keys(set).filter((element) => element !== self);
  elements.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
  for (const element of elements) result[element] = sorted(set[element] ?? {});
  return result;
}
