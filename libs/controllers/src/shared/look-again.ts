import { done, type Result } from '@skiff/client-runtime';

/** Another look after so many milliseconds, or none. */
export function lookAgain(milliseconds: number | undefined): Result {
  return milliseconds === undefined ? done : { requeueAfter: milliseconds };
}
