import { RE2JS, RE2JSException } from 're2js';

/** Whether texts match a pattern. */
export type TextTest = (text: string) => boolean;

/** A pattern is no longer than this; a text of hundreds of characters takes time in proportion to both. */
const longestPattern = 16_384;

/**
 * Whether texts match the pattern of a schema, in time proportional to their length: it is one of RE2, as upstream's.
 * Throws a SyntaxError with upstream's words for what is no pattern.
 */
export function compilePattern(pattern: string): TextTest {
  if (pattern.length > longestPattern) throw new SyntaxError('error parsing regexp: expression is too large');
  const expression = parse(pattern);
  return (text) => expression.matcher(text).find();
}

function parse(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    if (error instanceof RE2JSException) throw new SyntaxError(error.message, { cause: error });
    throw error;
  }
}
