import { RE2JS, RE2JSException } from 're2js';
import { EvaluationError } from './evaluation-error';

/** How many compiled patterns are kept, of those that are short. */
const mostKept = 256;
const longestKept = 1_024;

const kept = new Map<string, RE2JS>();

/** A pattern in RE2's syntax, which is matched in linear time. Throws what Go says of one that is none. */
export function regex(pattern: string): RE2JS {
  const known = kept.get(pattern);
  if (known) return known;
  const compiled = compile(pattern);
  if (pattern.length > longestKept) return compiled;
  const [oldest] = kept.keys();
  if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
  kept.set(pattern, compiled);
  return compiled;
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    if (cause instanceof RE2JSException) throw new EvaluationError(cause.message);
    throw cause;
  }
}

/** Whether the pattern matches anywhere in the text. */
export const matches = (text: string, pattern: string): boolean => regex(pattern).test(text);
