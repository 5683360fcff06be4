import type { Schema } from '../structure/structure';
import { unknownBefore, type Check } from './check';
import { mustValidate, type Failure } from './failure';
import type { Compile } from './objects';

/** Holds values to schemas of which some, one, all or none have to be met. */
export function junctorCheck(schema: Schema, compile: Compile): Check | undefined {
  const { anyOf, oneOf, allOf, not } = schema;
  const parts = [
    anyOf?.length ? any(anyOf.map(compile)) : undefined,
    oneOf?.length ? one(oneOf.map(compile)) : undefined,
    allOf?.length ? all(allOf.map(compile)) : undefined,
    not ? none(compile(not)) : undefined,
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  return (value, found, old) => parts.reduce((matches, check) => matches + check(value, found, old), 1);
}

interface Attempt {
  readonly failures: readonly Failure[];
  readonly matches: number;
}

function attempt(check: Check, value: unknown, old: unknown): Attempt {
  const failures: Failure[] = [];
  const matches = check(value, failures, old);
  return { failures, matches };
}

/** Of several that are not met, the one is told that got furthest. */
const better = (best: Attempt | undefined, next: Attempt): Attempt =>
  best === undefined || next.matches > best.matches ? next : best;

const any =
  (checks: readonly Check[]): Check =>
  (value, found, old) => {
    let best: Attempt | undefined;
    for (const check of checks) {
      const tried = attempt(check, value, old);
      if (tried.failures.length === 0) return tried.matches;
      best = better(best, tried);
    }
    found.push(mustValidate('must validate at least one schema (anyOf)'), ...(best?.failures ?? []));
    return best?.matches ?? 0;
  };

const one =
  (checks: readonly Check[]): Check =>
  (value, found, old) => {
    let valid = 0;
    let best: Attempt | undefined;
    let first: Attempt | undefined;
    for (const check of checks) {
      const tried = attempt(check, value, old);
      if (tried.failures.length === 0) {
        valid += 1;
        first ??= tried;
        best = undefined;
      } else if (valid === 0) best = better(best, tried);
    }
    if (valid === 1) return first?.matches ?? 0;
    const number = valid === 0 ? 'none valid' : `${valid} valid alternatives`;
    found.push(mustValidate(`must validate one and only one schema (oneOf). Found ${number}`));
    if (best) found.push(...best.failures);
    return best?.matches ?? 0;
  };

const all =
  (checks: readonly Check[]): Check =>
  (value, found, old) => {
    let valid = 0;
    let matches = 0;
    for (const check of checks) {
      const tried = attempt(check, value, old);
      if (tried.failures.length === 0) valid += 1;
      matches += tried.matches;
      found.push(...tried.failures);
    }
    if (valid < checks.length)
      found.push(mustValidate(`must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`));
    return matches;
  };

const none =
  (check: Check): Check =>
  (value, found) => {
    if (attempt(check, value, unknownBefore).failures.length === 0)
      found.push(mustValidate('must not validate the schema (not)'));
    return 0;
  };
