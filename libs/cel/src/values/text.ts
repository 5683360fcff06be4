/** Whether every code point of the text is one code unit, as almost always. */
const pairs = /[\ud800-\udbff]/;

/** How many code points a text has. */
export function textSize(text: string): number {
  if (!pairs.test(text)) return text.length;
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count;
}

/** The text by code points; a plain text is its own list. */
export const codePoints = (text: string): string | string[] => (pairs.test(text) ? Array.from(text) : text);

/** The place of a code unit, in code points. */
export const pointOffset = (text: string, unit: number): number => textSize(text.slice(0, unit));
