import type { Run } from '../runtime/run';
import { textSize } from '../values/text';
import { BytesValue, ListValue, MapValue, OpaqueValue, type Value } from '../values/value';

/** What a call costs, by its arguments. */
export type CostFunction = (one: Value, other: Value, run: Run) => number;

/** Upstream: cel-go common/cost.go. */
export const costs = {
  select: 1,
  list: 10,
  map: 30,
  struct: 40,
  traversal: 0.1,
  regexLength: 0.25,
} as const;

/** What `size()` says of a value; 1 of what has no size. Upstream: actualSize. */
export function sizeOf(value: Value, run: Run): number {
  if (typeof value === 'string') return textSize(value);
  if (value instanceof ListValue) return value.size;
  if (value instanceof MapValue) return countEntries(value, run);
  if (value instanceof OpaqueValue) return value.size;
  return value instanceof BytesValue ? value.value.length : 1;
}

/** Maps of the host do not know their size without a look at every entry. */
export function countEntries(map: MapValue, run: Run): number {
  const { size } = map;
  run.step(size);
  return size;
}

const traversal = (size: number, factor = 1): number => Math.ceil(size * factor * costs.traversal);

const ofFirst =
  (factor: number): CostFunction =>
  (first, _other, run) =>
    traversal(sizeOf(first, run), factor);

const ofSmaller: CostFunction = (one, other, run) => {
  if (typeof one === 'number' || typeof other === 'number') return 1;
  return traversal(Math.min(sizeOf(one, run), sizeOf(other, run)));
};
const ofBoth: CostFunction = (one, other, run) => traversal(sizeOf(one, run) + sizeOf(other, run));
const ofPattern: CostFunction = (text, pattern, run) =>
  traversal(1 + sizeOf(text, run)) * Math.ceil(sizeOf(pattern, run) * costs.regexLength);
const ofProduct: CostFunction = (one, other, run) => traversal(sizeOf(one, run)) * traversal(sizeOf(other, run));

const squared: CostFunction = (list, _other, run) => costs.list + sizeOf(list, run) ** 2;
const copied: CostFunction = (list, _other, run) => costs.list + sizeOf(list, run);

/** Upstream: traversalCost of k8s.io/apiserver/pkg/cel/library/cost.go. */
function traversalOf(value: Value, run: Run): number {
  run.step();
  if (typeof value === 'string') return Math.floor(Buffer.byteLength(value) * costs.traversal);
  if (value instanceof BytesValue) return Math.floor(value.value.length * costs.traversal);
  let cost = 0;
  if (value instanceof ListValue) {
    for (const element of value) cost += traversalOf(element, run);
    return cost;
  }
  if (!(value instanceof MapValue)) return 1;
  for (const key of value.keys()) cost += traversalOf(key, run) + traversalOf(value.get(key) ?? null, run);
  return cost;
}

/** A selector is taken to have a requirement for every two characters. */
const ofSelector: CostFunction = (_check, selector, run) => {
  const size = sizeOf(selector, run);
  return costs.list + traversal(size) + Math.ceil(size / 2) * (costs.list + costs.struct);
};

const cidrCost =
  (extra: number, parsed: boolean): CostFunction =>
  (cidr, other, run) =>
    traversal(2 * sizeOf(cidr, run)) +
    (extra === 0 ? 0 : traversal(sizeOf(cidr, run)) + extra) +
    (parsed ? traversal(sizeOf(other, run)) : 0);

const nominal = [
  ...['serviceAccount', 'path', 'group', 'resource', 'subresource', 'namespace', 'name', 'allowed', 'reason', 'error'],
  ...['errored', 'masked', 'prefixLength', 'family', 'isUnspecified', 'isLoopback', 'isLinkLocalMulticast'],
  ...['isLinkLocalUnicast', 'sign', 'asInteger', 'isInteger', 'asApproximateFloat', 'isGreaterThan', 'isLessThan'],
  ...['compareTo', 'add', 'sub', 'major', 'minor', 'patch'],
];

const byFunction: ReadonlyMap<string, number | CostFunction> = new Map<string, number | CostFunction>([
  ['check', 350_000],
  ...nominal.map((name): [string, number] => [name, 1]),
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map((name): [string, CostFunction] => [
    name,
    (first, _other, run) => traversalOf(first, run),
  ]),
  ...[
    'url',
    'lowerAscii',
    'upperAscii',
    'substring',
    'trim',
    'cidr',
    'isIP',
    'isCIDR',
    'ip',
    'quantity',
    'isQuantity',
    'semver',
    'isSemver',
    'jsonpatch.escapeKey',
  ].map((name): [string, CostFunction] => [name, ofFirst(1)]),
  ...['replace', 'split', 'ip.isCanonical'].map((name): [string, CostFunction] => [name, ofFirst(2)]),
  ['fieldSelector', ofSelector],
  ['labelSelector', ofSelector],
  // It charges for what it makes.
  ['join', 0],
  ['find', ofPattern],
  ['findAll', ofPattern],
]);

const byOverload: ReadonlyMap<string, number | CostFunction> = new Map<string, number | CostFunction>([
  ['cidr_ip', 1],
  ['cidr_contains_ip_ip', cidrCost(0, false)],
  ['cidr_contains_ip_string', cidrCost(0, true)],
  ['cidr_contains_cidr', cidrCost(1, false)],
  ['cidr_contains_cidr_string', cidrCost(1, true)],
  ...['starts_with_string', 'ends_with_string', 'string_to_bytes', 'bytes_to_string'].map(
    (id): [string, CostFunction] => [id, ofFirst(1)],
  ),
  ['in_list', (_element, list, run) => sizeOf(list, run)],
  ...['less', 'less_equals', 'greater', 'greater_equals'].flatMap((word): [string, CostFunction][] => [
    [`${word}_string`, ofSmaller],
    [`${word}_bytes`, ofSmaller],
  ]),
  ['equals', ofSmaller],
  ['not_equals', ofSmaller],
  ['add_string', ofBoth],
  ['add_bytes', ofBoth],
  ...[
    ['contains', 1],
    ['intersects', 1],
    ['equivalent', 2],
  ].map(([name, factor]): [string, CostFunction] => [
    `list_sets_${String(name)}_list`,
    (one, other, run) => 1 + sizeOf(one, run) * sizeOf(other, run) * Number(factor),
  ]),
  ['list_distinct', squared],
  ...['bool', 'bytes', 'double', 'duration', 'int', 'string', 'timestamp', 'uint'].flatMap(
    (type): [string, CostFunction][] => [
      [`list_${type}_sort`, squared],
      [`list_${type}_sortByAssociatedKeys`, squared],
    ],
  ),
  ['list_reverse', copied],
  ['matches_string', ofPattern],
  ['matches', ofPattern],
  ['contains_string', ofProduct],
]);

/**
 * What a call costs when it is made; 1 for most. Upstream: cel-go interpreter/runtimecost.go, and
 * k8s.io/apiserver/pkg/cel/library/cost.go, which goes by the name of the function.
 */
export const callCost = (name: string, overload: string): number | CostFunction =>
  byOverload.get(overload) ?? byFunction.get(name) ?? 1;
