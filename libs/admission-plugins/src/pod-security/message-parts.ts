/** One of a thing, or several. */
export const plural = (count: number, one: string, several: string): string => (count === 1 ? one : several);

/** `"a", "b"`. */
export const quoted = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ');

/** Each once, in order. */
export const sortedUnique = (names: readonly string[]): string[] => [...new Set(names)].sort();

/** `container "a"`, `containers "a", "b"`. */
export const containersNamed = (names: readonly string[]): string =>
  `${plural(names.length, 'container', 'containers')} ${quoted(names)}`;

/** Who set something: the pod, some of its containers, or both. */
export function setters(pod: boolean, containers: readonly string[]): string {
  return [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [containersNamed(containers)] : [])].join(' and ');
}
