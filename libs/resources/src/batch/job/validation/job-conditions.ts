import type { ErrorList } from '@skiff/apimachinery';
import type { batchv1 } from '@skiff/contracts';

/** The types of a job's conditions that are true. */
export type Conditions = ReadonlySet<string>;

export const conditionsOf = ({ status }: batchv1.Job): Conditions =>
  new Set((status?.conditions ?? []).filter(({ status: value }) => value === 'True').map(({ type = '' }) => type));

const path = 'status.conditions';

/** Which ends of a job go together. Most rules hold only for a change that touches what they are about. */
export function validateConditions(now: Conditions, then: Conditions, { spec }: batchv1.Job, to: ErrorList): void {
  const changed = (...types: string[]): boolean => types.some((type) => now.has(type) !== then.has(type));
  const both = (one: string, other: string): boolean => now.has(one) && now.has(other);
  const without = (one: string, other: string): boolean => now.has(one) && !now.has(other);
  if (changed('Complete', 'Failed') && both('Complete', 'Failed'))
    to.invalidWhole(path, 'cannot set Complete=True and Failed=true conditions');
  if (changed('Complete', 'FailureTarget') && both('Complete', 'FailureTarget'))
    to.invalidWhole(path, 'cannot set Complete=True and FailureTarget=true conditions');
  if (changed('Failed', 'FailureTarget') && without('Failed', 'FailureTarget'))
    to.invalidWhole(path, 'cannot set Failed=True condition without the FailureTarget=true condition');
  if (changed('Complete', 'SuccessCriteriaMet') && without('Complete', 'SuccessCriteriaMet'))
    to.invalidWhole(path, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition');
  if (both('SuccessCriteriaMet', 'Failed'))
    to.invalidWhole(path, 'cannot set SuccessCriteriaMet=True and Failed=true conditions');
  if (both('SuccessCriteriaMet', 'FailureTarget'))
    to.invalidWhole(path, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
  if (spec?.successPolicy && without('Complete', 'SuccessCriteriaMet'))
    to.invalidWhole(path, 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True');
}

/** An end that a job has come to stays. */
export function validateConditionsKept(now: Conditions, then: Conditions, to: ErrorList): void {
  for (const type of ['Failed', 'Complete', 'FailureTarget'])
    if (then.has(type) && !now.has(type)) to.invalidWhole(path, `cannot disable the terminal ${type}=True condition`);
  if (then.has('SuccessCriteriaMet') && !now.has('SuccessCriteriaMet'))
    to.invalidWhole(path, 'cannot disable the SuccessCriteriaMet=True condition');
  if (then.has('Complete') && !then.has('SuccessCriteriaMet') && now.has('SuccessCriteriaMet'))
    to.invalidWhole(path, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions');
}
