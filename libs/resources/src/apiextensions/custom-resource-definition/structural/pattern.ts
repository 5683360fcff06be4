import type { ErrorList } from '@skiff/apimachinery';
import { compilePattern } from '@skiff/apiextensions-schema';

/** Holds the pattern of a schema to being one. */
export function validatePattern(pattern: string, path: string, to: ErrorList): void {
  try {
    compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    to.invalid(path, pattern, `must be a valid regular expression, but isn't: ${error.message}`);
  }
}
