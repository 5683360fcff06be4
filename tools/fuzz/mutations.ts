import fc from 'fast-check';
import { anything, numbers, repeated, text } from './values';

type Place = readonly (string | number)[];
type Change = (value: unknown) => unknown;

const replaced =
  (by: unknown): Change =>
  () =>
    by;

/** Every change of a value that is in place; undefined takes it away. */
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: text.map(replaced) },
  { weight: 2, arbitrary: numbers.map(replaced) },
  { weight: 1, arbitrary: anything.map(replaced) },
  { weight: 2, arbitrary: fc.constantFrom(null, undefined, true, [], {}, '').map(replaced) },
  { weight: 1, arbitrary: fc.constantFrom(2, 500, 2_000).map((count) => (value: unknown) => repeated(value, count)) },
  { weight: 1, arbitrary: text.map((key) => (value: unknown) => ({ ...(value as object), [key]: value })) },
);

/** A value, as it is or changed in some places. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  return fc
    .array(fc.tuple(fc.nat(), change), { maxLength: 3 })
    .map((changes) => changes.reduce((current, [at, make]) => changeAt(current, at, make), value));
}

function changeAt(value: unknown, at: number, make: Change): unknown {
  const places = placesOf(value);
  const place = places[at % places.length] ?? [];
  return changed(value, place, make);
}

function changed(value: unknown, [key, ...rest]: Place, make: Change): unknown {
  if (key === undefined) return make(value);
  if (Array.isArray(value))
    return value.map((each: unknown, index) => (index === key ? changed(each, rest, make) : each));
  return Object.fromEntries(
    Object.entries(value as object).map(([name, each]) => [name, name === key ? changed(each, rest, make) : each]),
  );
}

/** Deeper values than this are changed as a whole. */
const deepest = 20;

/** Where each value of a document is, the document itself last. */
function placesOf(value: unknown, depth = 0): Place[] {
  if (typeof value !== 'object' || value === null || depth === deepest) return [[]];
  const entries: [string | number, unknown][] = Array.isArray(value)
    ? value.slice(0, 50).map((each: unknown, index) => [index, each])
    : Object.entries(value);
  return [...entries.flatMap(([key, each]) => placesOf(each, depth + 1).map((place) => [key, ...place])), []];
}
