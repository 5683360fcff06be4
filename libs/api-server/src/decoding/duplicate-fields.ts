/** An object or a list that is open. */
interface Level {
  readonly isList: boolean;
  /** Where it is, such as `spec.containers[0]`. */
  readonly path: string;
  /** Where the value is that comes next. */
  next: string;
  index: number;
  firstKey: string | undefined;
  /** Made for the second key: many objects have but one. */
  keys: Set<string> | undefined;
}

/** As many problems as upstream tells of one document. */
export const mostProblems = 100;

/** The paths of fields that a JSON document has twice, such as `spec.containers[0].image`, in the order in which they come. */
export const duplicateFields = (text: string): string[] =>
  documentProblems(text, []).map((problem) => JSON.parse(problem.slice('duplicate field '.length)) as string);

/**
 * What is wrong with the fields of a JSON document, in the order in which they come; `JSON.parse` keeps
 * the last of fields of one name and does not tell. Takes linear time.
 * @param text valid JSON.
 * @param unknown the paths of fields that the schema does not have; what is in them is not looked at.
 */
export function documentProblems(text: string, unknown: readonly string[]): string[] {
  const names = new Set(unknown.slice(0, mostProblems));
  // Paths are ropes, and dear to look up.
  const lengths = new Set([...names].map(({ length }) => length));
  const problems = new Set<string>();
  const levels: Level[] = [];
  /** How many levels were open around the unknown field whose value this is. */
  let unknownAt = Infinity;
  for (let index = 0; index < text.length && problems.size < mostProblems; index += 1) {
    const level = levels.at(-1);
    switch (text.charCodeAt(index)) {
      case braceOpen:
        levels.push(open(false, level));
        break;
      case bracketOpen:
        levels.push(open(true, level));
        break;
      case braceClose:
      case bracketClose:
        levels.pop();
        break;
      case comma:
        if (level?.isList) level.index += 1;
        break;
      case quote: {
        const start = index;
        index = endOfString(text, start);
        if (!level || level.isList || levels.length > unknownAt || !colonFollows(text, index)) break;
        unknownAt = Infinity;
        const key = stringAt(text, start, index);
        level.next = level.path ? `${level.path}.${key}` : key;
        if (lengths.has(level.next.length) && names.has(level.next)) {
          unknownAt = levels.length;
          problems.add(`unknown field ${JSON.stringify(level.next)}`);
        } else if (repeats(level, key)) problems.add(`duplicate field ${JSON.stringify(level.next)}`);
        break;
      }
    }
  }
  return [...problems];
}

function open(isList: boolean, parent: Level | undefined): Level {
  const path = !parent ? '' : parent.isList ? `${parent.path}[${parent.index}]` : parent.next;
  return { isList, path, next: '', index: 0, firstKey: undefined, keys: undefined };
}

/** Whether an object has had a key before. */
function repeats(level: Level, key: string): boolean {
  if (level.firstKey === undefined) {
    level.firstKey = key;
    return false;
  }
  level.keys ??= new Set([level.firstKey]);
  if (level.keys.has(key)) return true;
  level.keys.add(key);
  return false;
}

const [quote, comma, colon, backslash] = [0x22, 0x2c, 0x3a, 0x5c];
const [braceOpen, braceClose, bracketOpen, bracketClose] = [0x7b, 0x7d, 0x5b, 0x5d];

/** The index of the quote that ends the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}

function stringAt(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end);
  return inner.includes('\\') ? (JSON.parse(text.slice(start, end + 1)) as string) : inner;
}

function colonFollows(text: string, index: number): boolean {
  let next = index + 1;
  while (text.charCodeAt(next) <= 0x20) next += 1;
  return text.charCodeAt(next) === colon;
}
