import type { Schema } from '../structure/structure';
import type { Check } from './check';
import { isTooLong, shouldBe, shouldHaveType, type Failure } from './failure';
import { formatTest } from './formats';
import { compilePattern } from './pattern';

/** Holds texts to their length and their pattern: the first that is wrong is told. */
export function stringCheck({ maxLength, minLength, pattern }: Schema): Check | undefined {
  if (maxLength === undefined && minLength === undefined && !pattern) return undefined;
  const matches = pattern ? compilePattern(pattern) : undefined;
  return (value, found) => {
    if (typeof value !== 'string') return 0;
    const failure = checkText(value, maxLength, minLength);
    if (failure) found.push(failure);
    else if (matches && !matches(value)) found.push(shouldBe(value, `should match '${pattern}'`));
    return 1;
  };
}

function checkText(text: string, maxLength: number | undefined, minLength: number | undefined): Failure | undefined {
  if (maxLength !== undefined && text.length > maxLength && codePoints(text) > maxLength) return isTooLong(maxLength);
  if (minLength !== undefined && codePoints(text) < minLength)
    return shouldBe(text, `should be at least ${minLength} chars long`);
  return undefined;
}

/** Characters as Unicode counts them. */
function codePoints(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1) count += 1;
  return count;
}

/** Holds texts to a format; one that nobody knows holds nothing. */
export function formatCheck({ format }: Schema): Check | undefined {
  const test = format ? formatTest(format) : undefined;
  if (!test || !format) return undefined;
  return (value, found) => {
    if (typeof value !== 'string') return 0;
    if (!test(value)) found.push(shouldHaveType(value, format));
    return 1;
  };
}
