// Which files import each other in a circle, so that none can be understood without the others.

/**
 * One cycle of each knot of files, as a list that ends with the file that it begins with.
 * @param {Map<string, { files: string[] }>} graph of each file, the `files` that it imports
 * @param {(file: string) => boolean} follow whether the imports of a file count
 */
export function cyclesIn(graph, follow = () => true) {
  const imports = (file) => (follow(file) ? (graph.get(file)?.files ?? []) : []);
  return knotsIn([...graph.keys()], imports).map((knot) => shortestCycle(knot, imports));
}

/** The sets of files that all reach each other, by Tarjan's algorithm. */
function knotsIn(files, imports) {
  const order = new Map();
  const lowest = new Map();
  const open = [];
  const knots = [];
  const visit = (file) => {
    order.set(file, order.size);
    lowest.set(file, order.get(file));
    open.push(file);
    for (const next of imports(file)) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) lowest.set(file, Math.min(lowest.get(file), lowest.get(next)));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const knot = open.splice(open.indexOf(file));
    if (knot.length > 1 || imports(file).includes(file)) knots.push(new Set(knot));
  };
  for (const file of files) if (!order.has(file)) visit(file);
  return knots;
}

/** From the first file of a knot, by name, back to it. */
function shortestCycle(knot, imports) {
  const [start] = [...knot].sort();
  const paths = [[start]];
  const seen = new Set();
  for (const path of paths) {
    for (const next of imports(path.at(-1))) {
      if (next === start) return [...path, start];
      if (!knot.has(next) || seen.has(next)) continue;
      seen.add(next);
      paths.push([...path, next]);
    }
  }
  throw new Error(`${start} is in no cycle`);
}
