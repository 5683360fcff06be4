import { RE2JS, RE2JSException } from 're2js';
import type { Run } from '../runtime/run';
import { EvaluationError } from './evaluation-error';
import { regexWeight } from './regex-weight';

/** A compiled pattern. */
interface Regex {
  readonly matcher: RE2JS;
  readonly weight: number;
}

/** The largest pattern. Go compiles larger ones, which take it megabytes and here seconds. */
const greatestWeight = 20_000;
/** How many compiled patterns are kept, of those that are small. */
const mostKept = 100;
const greatestKept = 1_000;
/** What compiling takes, for each character of the pattern, in steps. */
const stepsToCompile = 50;
/** What matching takes at worst is the size of the pattern times that of the text; a step is this much of it. */
const matchedByStep = 4;

const kept = new Map<string, Regex>();

/** A pattern in RE2's syntax, which is matched in linear time. Throws what Go says of one that is none. */
export function regex(pattern: string, run?: Run): Regex {
  const known = kept.get(pattern);
  if (known) return known;
  const weight = regexWeight(pattern);
  if (weight > greatestWeight) throw new EvaluationError('error parsing regexp: expression too large');
  run?.step(weight * stepsToCompile);
  const compiled = { matcher: compile(pattern), weight };
  if (weight > greatestKept || pattern.length > greatestKept) return compiled;
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

/** A pattern that is about to be matched against a text, which is counted. */
export function regexFor(text: string, pattern: string, run: Run): RE2JS {
  const { matcher, weight } = regex(pattern, run);
  run.step(Math.ceil((weight * text.length) / matchedByStep));
  return matcher;
}

/** Whether the pattern matches anywhere in the text. */
export const matches = (text: string, pattern: string, run: Run): boolean => regexFor(text, pattern, run).test(text);
