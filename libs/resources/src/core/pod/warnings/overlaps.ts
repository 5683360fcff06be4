/** An item's place among the paths, and the first place of a path that begins it or begins with it. */
interface Related {
  readonly path: string;
  readonly place: number;
  /** The first place of the paths that begin this one. */
  readonly above: number;
  /** The first place of the paths that this one begins. */
  below: number;
}

/**
 * For each path the first of those before it that overlaps it: one of the two begins with the other, or
 * they are the same. Empty paths overlap nothing. Sorts, and takes linear time for the rest.
 */
export function firstOverlaps(paths: readonly string[]): (string | undefined)[] {
  const places = new Map<string, number>();
  for (const [place, path] of paths.entries()) if (path !== '' && !places.has(path)) places.set(path, place);
  const first = new Map<string, number>();
  const open: Related[] = [];
  const close = (): void => {
    const { path, place, above, below } = open.pop() as Related;
    first.set(path, Math.min(place, above, below));
    const parent = open.at(-1);
    if (parent) parent.below = Math.min(parent.below, place, below);
  };
  for (const path of [...places.keys()].sort()) {
    while (open.length > 0 && !path.startsWith(open.at(-1)?.path ?? '')) close();
    const parent = open.at(-1);
    const above = parent ? Math.min(parent.above, parent.place) : Infinity;
    open.push({ path, place: places.get(path) ?? 0, above, below: Infinity });
  }
  while (open.length > 0) close();
  return paths.map((path, place) => {
    const other = first.get(path) ?? place;
    return other < place ? paths[other] : undefined;
  });
}

/** Up to how many paths looking at each pair is quicker than sorting them. */
const few = 12;

/** Whether any two paths overlap, as {@link firstOverlaps} has it. */
export function someOverlap(paths: readonly string[]): boolean {
  if (paths.length > few) return firstOverlaps(paths).some((other) => other !== undefined);
  for (const [place, path] of paths.entries())
    for (let before = 0; before < place; before += 1) {
      const other = paths[before];
      if (path && other && (path.startsWith(other) || other.startsWith(path))) return true;
    }
  return false;
}
