import type { batchv1 } from '@skiff/contracts';
import { parseIndexes } from './indexes';

/** Which rule of its policy a job meets with the indexes that have succeeded, in upstream's words. As matchSuccessPolicy. */
export function metSuccessRule({ spec = {} }: batchv1.Job, succeeded: ReadonlySet<number>): string | undefined {
  if (succeeded.size === 0) return undefined;
  const met = (spec.successPolicy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && succeeded.size >= succeededCount;
    const wanted = parseIndexes(succeededIndexes, spec.completions ?? 0);
    if (wanted.size === 0) return false;
    const reached = [...wanted].filter((index) => succeeded.has(index)).length;
    return reached === wanted.size || (succeededCount !== undefined && reached >= succeededCount);
  });
  return met < 0 ? undefined : `Matched rules at index ${met}`;
}
