import { child, type ErrorList, nonNegative, qualifiedName } from '@skiff/apimachinery';
import type { batchv1 } from '@skiff/contracts';
import { indexesProblem, parseIndexIntervals } from './job-indexes';

const mostRules = 20;

const mostPatterns = 20;

const mostExitCodes = 255;

const longestIndexes = 64 * 1024;

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

const operators = ['In', 'NotIn'];

const statuses = ['False', 'True', 'Unknown'];

const validValues = (values: readonly string[]): string =>
  `valid values: [${values.map((value) => `"${value}"`).join(' ')}]`;

/** One of these values: one that is absent is asked for, any other refused. */
function chosen(value: string | undefined, values: readonly string[], path: string, to: ErrorList): void {
  if (!value) to.required(path, validValues(values));
  else if (!values.includes(value)) to.notSupported(path, value, values);
}

function validateExitCodes(
  requirement: batchv1.PodFailurePolicyOnExitCodesRequirement,
  containers: ReadonlySet<string>,
  path: string,
  to: ErrorList,
): void {
  const { operator, containerName, values } = requirement;
  chosen(operator, operators, child(path, 'operator'), to);
  if (containerName !== undefined && !containers.has(containerName))
    to.invalid(
      child(path, 'containerName'),
      containerName,
      'must be one of the container or initContainer names in the pod template',
    );
  const at = child(path, 'values');
  const codes = values ?? [];
  if (codes.length === 0) to.invalid(at, values, 'at least one value is required');
  else if (codes.length > mostExitCodes) to.tooMany(at, codes.length, mostExitCodes);
  const seen = new Set<number>();
  for (const [index, code] of codes.entries()) {
    if (operator === 'In' && code === 0) to.invalid(`${at}[${index}]`, code, 'must not be 0 for the In operator');
    if (seen.has(code)) to.duplicate(`${at}[${index}]`, code);
    seen.add(code);
  }
  if (codes.some((code, index) => code < (codes[index - 1] ?? code))) to.invalid(at, codes, 'must be ordered');
}

function validatePatterns(
  patterns: readonly batchv1.PodFailurePolicyOnPodConditionsPattern[],
  path: string,
  to: ErrorList,
): void {
  if (patterns.length > mostPatterns) to.tooMany(path, patterns.length, mostPatterns);
  for (const [index, { type = '', status }] of patterns.entries()) {
    to.all(child(`${path}[${index}]`, 'type'), type, qualifiedName(type));
    chosen(status, statuses, child(`${path}[${index}]`, 'status'), to);
  }
}

/** Rules of `podFailurePolicy`. As validatePodFailurePolicy of pkg/apis/batch/validation. */
export function validatePodFailurePolicy(spec: batchv1.JobSpec, path: string, to: ErrorList): void {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const { containers, initContainers } = spec.template?.spec ?? {};
  const names = new Set([...(containers ?? []), ...(initContainers ?? [])].map(({ name = '' }) => name));
  if (rules.length > mostRules) to.tooMany(child(path, 'rules'), rules.length, mostRules);
  for (const [index, { action, onExitCodes, onPodConditions }] of rules.entries()) {
    const at = `${child(path, 'rules')}[${index}]`;
    if (action !== 'FailIndex') chosen(action, actions, child(at, 'action'), to);
    else if (spec.backoffLimitPerIndex === undefined)
      to.invalid(child(at, 'action'), action, 'requires the backoffLimitPerIndex to be set');
    const patterns = onPodConditions ?? [];
    if (onExitCodes) validateExitCodes(onExitCodes, names, child(at, 'onExitCodes'), to);
    validatePatterns(patterns, child(at, 'onPodConditions'), to);
    if (onExitCodes && patterns.length > 0)
      to.invalidWhole(at, 'specifying both OnExitCodes and OnPodConditions is not supported');
    if (!onExitCodes && patterns.length === 0)
      to.invalidWhole(at, 'specifying one of OnExitCodes and OnPodConditions is required');
  }
}

function validateSuccessRule(rule: batchv1.SuccessPolicyRule, completions: number, path: string, to: ErrorList): void {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  if (count === undefined && indexes === undefined)
    to.required(path, 'at least one of succeededCount or succeededIndexes must be specified');
  let total = 0;
  if (indexes !== undefined) {
    const at = child(path, 'succeededIndexes');
    if (indexes.length > longestIndexes) to.tooLong(at, longestIndexes);
    const problem = indexesProblem(indexes, completions);
    if (problem !== undefined) to.invalid(at, indexes, `error parsing succeededIndexes: ${problem}`);
    else for (const [first, last] of parseIndexIntervals(indexes, completions)) total += last - first + 1;
  }
  if (count === undefined) return;
  const at = child(path, 'succeededCount');
  nonNegative(count, at, to);
  const limit = (most: number, what: string): void => {
    if (count > most) to.invalid(at, count, `must be less than or equal to ${most} (the number of ${what})`);
  };
  limit(completions, 'specified completions');
  if (indexes !== undefined) limit(total, 'indexes in the specified succeededIndexes field');
}

/** Rules of `successPolicy`, of a job that has completion indexes. As validateSuccessPolicy. */
export function validateSuccessPolicy(spec: batchv1.JobSpec, path: string, to: ErrorList): void {
  const rules = spec.successPolicy?.rules ?? [];
  const at = child(path, 'rules');
  if (rules.length === 0) to.required(at, 'at least one rules must be specified when the successPolicy is specified');
  if (rules.length > mostRules) to.tooMany(at, rules.length, mostRules);
  for (const [index, rule] of rules.entries()) validateSuccessRule(rule, spec.completions ?? 0, `${at}[${index}]`, to);
}
