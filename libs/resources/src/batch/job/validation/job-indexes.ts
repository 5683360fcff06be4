/** A run of completion indexes, both ends included. */
export type IndexInterval = readonly [first: number, last: number];

/** Why a text such as "0,2-4" does not name completion indexes, in upstream's words. */
export class IndexesError extends Error {}

/** Reads one interval. Throws an {@link IndexesError}. As parseIndexInterval of pkg/apis/batch/validation. */
function parseInterval(text: string, completions: number): IndexInterval {
  const parts = text.split('-');
  if (parts.length > 2)
    throw new IndexesError(
      `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    );
  const [first = 0, last = first] = parts.map((part) => {
    if (!/^[+]?\d+$/.test(part))
      throw new IndexesError(`cannot convert string to integer for index: ${JSON.stringify(part)}`);
    if (Number(part) >= completions) throw new IndexesError(`too large index: ${JSON.stringify(part)}`);
    return Number(part);
  });
  if (parts.length > 1 && first >= last) throw new IndexesError(outOfOrder(first, last));
  return [first, last];
}

const outOfOrder = (previous: number, current: number): string =>
  `non-increasing order, previous: ${previous}, current: ${current}`;

/** Reads the text of ordered intervals below `completions`. Throws an {@link IndexesError}. */
export function parseIndexIntervals(text: string, completions: number): IndexInterval[] {
  if (text === '') return [];
  let previous = -1;
  return text.split(',').map((part) => {
    const interval = parseInterval(part, completions);
    if (previous >= interval[0]) throw new IndexesError(outOfOrder(previous, interval[0]));
    previous = interval[1];
    return interval;
  });
}

/** What is wrong with a text of indexes, undefined when nothing is. */
export function indexesProblem(text: string, completions: number): string | undefined {
  try {
    parseIndexIntervals(text, completions);
    return undefined;
  } catch (error) {
    if (error instanceof IndexesError) return error.message;
    throw error;
  }
}

/** The first index that is in both texts; parts that cannot be read do not count. */
export function firstOverlap(one: string, other: string, completions: number): number | undefined {
  const others = disjoint(readable(other, completions));
  let next = 0;
  for (const [first, last] of disjoint(readable(one, completions))) {
    while (next < others.length && (others[next] as IndexInterval)[1] < first) next += 1;
    const found = others[next];
    if (found && found[0] <= last) return Math.max(first, found[0]);
  }
  return undefined;
}

function readable(text: string, completions: number): IndexInterval[] {
  return text
    .split(',')
    .filter((part) => part !== '' && indexesProblem(part, completions) === undefined)
    .map((part) => parseInterval(part, completions));
}

/** The same indexes in intervals that are in order and have none in common. */
function disjoint(intervals: readonly IndexInterval[]): IndexInterval[] {
  const result: IndexInterval[] = [];
  for (const interval of intervals.toSorted(([one], [other]) => one - other)) {
    const before = result.at(-1);
    if (before && interval[0] <= before[1]) result[result.length - 1] = [before[0], Math.max(before[1], interval[1])];
    else result.push(interval);
  }
  return result;
}
