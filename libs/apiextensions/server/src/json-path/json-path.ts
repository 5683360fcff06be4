import { isFields } from '@skiff/apiextensions-schema';
import { parseJsonPath, type Step } from './parse';

/** Finds values in an object; the first ones come first. */
export type JsonPath = (object: unknown) => readonly unknown[];

/** So many values of one object are looked at, whatever a path asks for. */
const mostVisited = 10_000;

/**
 * What finds values by a path in the form of kubectl, as `.status.conditions[?(@.type=="Ready")].status`. What is not
 * there is not found. Throws a SyntaxError for what is no path.
 * Upstream: staging/src/k8s.io/client-go/util/jsonpath.
 */
export function compileJsonPath(text: string): JsonPath {
  const steps = parseJsonPath(text);
  return (object) => {
    let values: unknown[] = [object];
    for (const step of steps) values = values.flatMap((value) => follow(step, value)).slice(0, mostVisited);
    return values;
  };
}

function follow(step: Step, value: unknown): unknown[] {
  switch (step.type) {
    case 'field':
      return isFields(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case 'all':
      return membersOf(value);
    case 'below':
      return descendantsOf(value);
    case 'slice':
      return Array.isArray(value) ? sliceOf(value, step) : [];
    case 'several':
      return step.steps.flatMap((one) => follow(one, value));
    case 'filter':
      return membersOf(value).filter((member) => matches(step, member));
  }
}

function membersOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return isFields(value) ? Object.values(value) : [];
}

/** The value and all that is in it. */
function descendantsOf(value: unknown): unknown[] {
  const found = [value];
  for (let at = 0; at < found.length && found.length < mostVisited; at += 1) found.push(...membersOf(found[at]));
  return found.slice(0, mostVisited);
}

function sliceOf(list: readonly unknown[], { from, to, by }: Step & { type: 'slice' }): unknown[] {
  const place = (index: number): number => (index < 0 ? index + list.length : index);
  const end = to === undefined ? list.length : Math.min(place(to), list.length);
  const found: unknown[] = [];
  for (let at = place(from); at < end && at >= 0; at += by) found.push(list[at]);
  return found;
}

function matches({ left, operator, right }: Step & { type: 'filter' }, member: unknown): boolean {
  const value = left.reduce<unknown[]>((values, step) => values.flatMap((one) => follow(step, one)), [member])[0];
  if (operator === 'exists') return value !== undefined;
  if (value === undefined || typeof value !== typeof right) return false;
  const [a, b] = [value as string | number, right as string | number];
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}
