import type { Deviation } from '../compare-answer';

const json = '(?:null|"[^"]*"|\\{.*?\\}|\\[.*?\\])';
const goType = /(?:\[\]|map\[string\])?(?:[a-z][a-z0-9]*\.)?[A-Za-z]+(?=\{)|\[\]byte(?=\{)/g;

/** Where the braces that open at a position close again. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let index = open; index < text.length; index += 1) {
    if (text[index] === '{') depth += 1;
    if (text[index] === '}') depth -= 1;
    if (depth === 0) return index + 1;
  }
  return text.length;
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A pattern for a message in which values in Go's syntax may stand as any JSON. */
function patternOf(message: string): RegExp {
  let [pattern, from] = ['', 0];
  const nil = message.replace(/\[\][\w.]+\(nil\)/g, 'null');
  for (const match of nil.matchAll(goType)) {
    if (match.index < from) continue;
    pattern += escape(nil.slice(from, match.index)) + json;
    from = closing(nil, match.index + match[0].length);
  }
  return new RegExp(`^${pattern}${escape(nil.slice(from))}$`, 's');
}

/** Today's message is the recorded one, but for values in Go's syntax, which are JSON today. */
export const printsJson = ({ recorded, answered }: Deviation): boolean =>
  typeof recorded === 'string' && typeof answered === 'string' && patternOf(recorded).test(answered);

/** The recorded message with parts in other words, and values as JSON, is today's. */
export const reworded =
  (...words: readonly (readonly [from: string | RegExp, to: string])[]) =>
  (deviation: Deviation): boolean =>
    printsJson({
      ...deviation,
      recorded: words.reduce((text, [from, to]) => text.replaceAll(from, to), String(deviation.recorded)),
    });

/** Today's answer has this status, and says this. */
export const answers =
  (status: number, ...parts: readonly string[]) =>
  ({ answered }: Deviation): boolean =>
    String(answered).startsWith(`${status} `) && parts.every((part) => String(answered).includes(part));
