/** What parts of a pattern take to be compiled and matched, next to a character. */
const weights = {
  class: 5,
  /** A class of Unicode has hundreds of ranges. */
  property: 50,
  /** Upper and lower case of a range beyond ASCII, which may be most of Unicode. */
  foldedRange: 1_000,
  foldedCharacter: 100,
} as const;

/** A class that is longer than this is taken for its characters, so that looking for its end takes linear time. */
const classPattern = /\[\^?\]?(?:\\[^]|\[:[^\]]{0,20}:\]|[^\]\\]){0,2000}\]/y;
const escapePattern = /\\(?:[pPx]\{[^}]{0,100}\}|[pP][^{]|[^])/y;
const repetition = /\{(\d{1,5})(?:,(\d{0,5}))?\}/y;
const flags = /\(\?[a-zA-Z-]*i/;
const beyondAscii = /\\x\{|\\[pP]|[^ -~]/g;

interface Group {
  total: number;
  /** The part to which a repetition belongs. */
  last: number;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/**
 * How large a pattern becomes when its counted repetitions are written out, in characters. `a{1000}` is short and is a
 * thousand of them; groups multiply. Takes linear time, and reads malformed patterns in some way.
 */
export function regexWeight(pattern: string): number {
  const folded = flags.test(pattern);
  const outer: Group = { total: 0, last: 0 };
  const groups: Group[] = [];
  let group = outer;
  const add = (weight: number): void => {
    group.total += weight;
    group.last = weight;
  };
  for (let at = 0; at < pattern.length;) {
    const found = matchAt(escapePattern, pattern, at) ?? matchAt(classPattern, pattern, at);
    const repeated = found ? null : matchAt(repetition, pattern, at);
    if (found) add(weightOf(found[0], folded));
    else if (repeated) {
      const times = Math.max(1, Number(repeated[1]), Number(repeated[2] ?? 0));
      group.total += group.last * (times - 1);
      group.last *= times;
    } else if (pattern[at] === '(') {
      groups.push(group);
      group = { total: 0, last: 0 };
    } else if (pattern[at] === ')') {
      const { total } = group;
      group = groups.pop() ?? outer;
      add(total + 1);
    } else if (!'*+?|'.includes(pattern.charAt(at))) add(weightOf(pattern.charAt(at), folded));
    at += (found ?? repeated)?.[0].length ?? 1;
  }
  return groups.reduce((total, open) => total + open.total, group.total);
}

function weightOf(part: string, folded: boolean): number {
  const isClass = part.startsWith('[') && part.length > 1;
  const beyond = folded || part.includes('\\') ? (part.match(beyondAscii)?.length ?? 0) : 0;
  const own = isClass ? weights.class : 1;
  if (beyond === 0) return own;
  if (folded) return own + beyond * (isClass || part.length > 1 ? weights.foldedRange : weights.foldedCharacter);
  return /\\[pP]/.test(part) ? weights.property * beyond : own;
}
