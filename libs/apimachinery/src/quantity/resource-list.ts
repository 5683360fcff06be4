import { quantityFromNano, quantityToNano } from './quantity';

/** Quantities by the name of a resource. */
export type ResourceList = Readonly<Record<string, string>>;

function combine(one: ResourceList, other: ResourceList, of: (a: bigint, b: bigint) => bigint): Record<string, string> {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const [a, b] = [one[name] ?? '0', other[name] ?? '0'];
      return [name, quantityFromNano(of(quantityToNano(a), quantityToNano(b)), a, b)];
    }),
  );
}

/** The sum, resource by resource; each in the family of suffixes of the first that has one. */
export const addResources = (one: ResourceList, other: ResourceList): Record<string, string> =>
  combine(one, other, (a, b) => a + b);

/** What is left, resource by resource; may be negative. */
export const subtractResources = (one: ResourceList, other: ResourceList): Record<string, string> =>
  combine(one, other, (a, b) => a - b);

/** The larger one, resource by resource. */
export const maxResources = (one: ResourceList, other: ResourceList): Record<string, string> =>
  combine(one, other, (a, b) => (a > b ? a : b));

/** The resources with these names. */
export const maskResources = (amounts: ResourceList, names: Iterable<string>): Record<string, string> => {
  const wanted = new Set(names);
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => wanted.has(name)));
};
