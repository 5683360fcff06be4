interface Level {
  /** Absent for a list. */
  readonly keys: Set<string> | undefined;
  /** Where in the value it is: the last key, or the index. */
  step: string | number;
}

/**
 * The paths of fields that a JSON document has twice, such as `spec.containers[0].image`, in the
 * order in which they come; `JSON.parse` keeps the last of each and does not tell.
 * @param text valid JSON.
 * @param visit is told every field's path; only for those who need the order of fields.
 */
export function duplicateFields(text: string, visit?: (path: string) => void): string[] {
  const duplicates = new Set<string>();
  const levels: Level[] = [];
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case braceOpen:
        levels.push({ keys: new Set(), step: '' });
        break;
      case bracketOpen:
        levels.push({ keys: undefined, step: 0 });
        break;
      case braceClose:
      case bracketClose:
        levels.pop();
        break;
      case comma: {
        const level = levels.at(-1);
        if (level && typeof level.step === 'number') level.step += 1;
        break;
      }
      case quote: {
        const start = index;
        index = endOfString(text, start);
        const keys = levels.at(-1)?.keys;
        if (!keys || !colonFollows(text, index)) break;
        const key = stringAt(text, start, index);
        (levels.at(-1) as Level).step = key;
        visit?.(pathOf(levels));
        if (keys.has(key)) duplicates.add(pathOf(levels));
        else keys.add(key);
        break;
      }
    }
  }
  return [...duplicates];
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

function pathOf(levels: readonly Level[]): string {
  return levels.reduce(
    (path, { step }) => (typeof step === 'number' ? `${path}[${step}]` : path ? `${path}.${step}` : step),
    '',
  );
}
