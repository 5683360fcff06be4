import { sameValue, type ErrorList } from '@skiff/apimachinery';
import type { Schema } from '../structure/structure';
import { unknownBefore, type Check } from './check';
import { enumCheck } from './enums';
import type { Failure } from './failure';
import { junctorCheck } from './junctors';
import { listCheck } from './lists';
import { numberCheck } from './numbers';
import { objectCheck } from './objects';
import { formatCheck, stringCheck } from './strings';
import { typeCheck } from './types';

export interface ValidatedValue {
  /** What the value was before: what did not change since is let pass. Default: it is new. */
  readonly old?: unknown;
  /** Where the value is in its object; default: it is the object. */
  readonly field?: string;
}

/** Holds values to a schema. */
export type Validator = (value: unknown, to: ErrorList, options?: ValidatedValue) => void;

/**
 * What holds values to a schema: every keyword, in upstream's order and words. To be called once for each schema, as it
 * takes time and memory in proportion to it. Throws a SyntaxError for a pattern that is none.
 * Upstream: k8s.io/kube-openapi/pkg/validation/validate.
 */
export function compileValidator(schema: Schema): Validator {
  const check = compile(schema);
  return (value, to, { old, field = '' } = {}) => {
    const found: Failure[] = [];
    check(value, found, unknownBefore);
    if (found.length === 0) return;
    const kept: Failure[] = [];
    if (old === undefined) kept.push(...found);
    // Most objects are valid, so that what they were before is only asked of those that are not.
    else check(value, kept, old);
    for (const { path, tell } of distinct(kept)) tell(path, fieldAt(field, path), to);
  };
}

const fieldAt = (field: string, path: string): string =>
  field === '' || path === '' ? field + path : `${field}.${path}`;

/** Upstream tells the same only once. */
function* distinct(failures: readonly Failure[]): Generator<Failure> {
  const told = new Set<string>();
  for (const failure of failures) {
    const key = `${failure.path}\n${failure.what}`;
    if (told.has(key)) continue;
    told.add(key);
    yield failure;
  }
}

/** All that a value is held to by its schema, and what of it does not matter since it is as it was. */
function compile(schema: Schema): Check {
  const ofNull = [typeCheck(schema), enumCheck(schema)].filter((check) => check !== undefined);
  const checks = [
    typeCheck(schema),
    junctorCheck(schema, compile),
    stringCheck(schema),
    formatCheck(schema),
    numberCheck(schema),
    listCheck(schema, compile),
    enumCheck(schema),
    objectCheck(schema, compile),
  ].filter((check) => check !== undefined);
  return (value, found, old) => {
    const from = found.length;
    let matches = 1;
    for (const check of value === null ? ofNull : checks) matches += check(value, found, old) + 1;
    if (found.length > from && old !== unknownBefore && sameValue(value, old)) found.length = from;
    return matches;
  };
}
