const [quote, backslash] = [0x22, 0x5c];
const [braceOpen, braceClose, bracketOpen, bracketClose] = [0x7b, 0x7d, 0x5b, 0x5d];

/** How deep a JSON value may be whose shape nobody knows. Whoever walks one by recursion survives that. */
export const deepestJson = 1_000;

/** The bracket that opens a level deeper than is allowed; undefined when there is none. */
export function bracketTooDeep(text: string, deepest: number): string | undefined {
  // Most texts are shorter than one that is too deep can be.
  if (text.length <= 2 * deepest) return undefined;
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === quote) index = endOfString(text, index);
    else if (code === braceClose || code === bracketClose) depth -= 1;
    else if (code === braceOpen || code === bracketOpen) {
      depth += 1;
      if (depth > deepest) return text[index];
    }
  }
  return undefined;
}

/** Where the string that begins at `start` ends; the end of the text when it does not. */
function endOfString(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && text.charCodeAt(end) !== quote) end += text.charCodeAt(end) === backslash ? 2 : 1;
  return end;
}
