import { fromHost, OptionalValue } from '@skiff/cel';
import { sameValue, type ErrorList } from '@skiff/apimachinery';
import { isFields, type Schema } from '../structure/structure';
import { unknownBefore } from '../validation/check';
import { compileRules, type CompiledRule, type RuleSet } from './compile';
import { correlation } from '../validation/lists';

/** What one rule, and all rules of one object together, may cost. Upstream: staging/src/k8s.io/apiserver/pkg/apis/cel. */
const perCallLimit = 1_000_000;
const objectBudget = 10_000_000;
/** In bytes. */
const longestMessage = 5 * 1024;

/** Holds a value to the rules of its schema; `old` is what it was before. */
export type RuleValidator = (value: unknown, path: string, to: ErrorList, old?: unknown) => void;

interface Running {
  readonly to: ErrorList;
  budget: number;
}

type Walk = (value: unknown, old: unknown, path: string, running: Running) => void;

/**
 * What holds values to the rules of a schema and of all that is in it; undefined for one that has none. To be called
 * once for each schema.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go.
 *
 * @param isRoot whether it is the schema of a whole object.
 */
export function compileRuleValidator(schema: Schema, isRoot: boolean): RuleValidator | undefined {
  const walk = compileWalk(schema, isRoot);
  if (!walk) return undefined;
  return (value, path, to, old) =>
    walk(value, old === undefined ? unknownBefore : old, path, { to, budget: objectBudget });
}

function compileWalk(schema: Schema, isRoot: boolean): Walk | undefined {
  const { properties, additionalProperties, items } = schema;
  const own = compileRules(schema, isRoot || schema['x-kubernetes-embedded-resource'] === true);
  const members = Object.entries(properties ?? {}).flatMap(([name, one]) => {
    const walk = compileWalk(one, false);
    return walk ? [[name, walk] as const] : [];
  });
  const named = new Set(Object.keys(properties ?? {}));
  const others = typeof additionalProperties === 'object' ? compileWalk(additionalProperties, false) : undefined;
  const item = items !== undefined && !Array.isArray(items) ? compileWalk(items, false) : undefined;
  if (!own && members.length === 0 && !others && !item) return undefined;
  const correlate = correlation(schema);
  return (value, old, path, running) => {
    if (value === null || value === undefined || running.budget < 0) return;
    if (own) evaluate(own, schema, { value, old, path }, running);
    if (Array.isArray(value)) {
      if (!item) return;
      const before = old === unknownBefore ? undefined : correlate?.(old);
      for (const [index, one] of value.entries())
        item(one, before ? before(one) : unknownBefore, `${path}[${index}]`, running);
    } else if (isFields(value)) {
      const oldFields = isFields(old) ? old : {};
      const oldOf = (name: string): unknown => (Object.hasOwn(oldFields, name) ? oldFields[name] : unknownBefore);
      for (const [name, walk] of members)
        if (Object.hasOwn(value, name)) walk(value[name], oldOf(name), path === '' ? name : `${path}.${name}`, running);
      if (others)
        for (const name of Object.keys(value))
          if (!named.has(name)) others(value[name], oldOf(name), `${path}[${name}]`, running);
    }
  };
}

interface Evaluated {
  readonly value: unknown;
  readonly old: unknown;
  readonly path: string;
}

function evaluate({ type, rules }: RuleSet, schema: Schema, { value, old, path }: Evaluated, running: Running): void {
  const { to } = running;
  const hasOld = old !== unknownBefore;
  const where = path === '' ? '<nil>' : path;
  const fail = (text: string): void => to.invalid(where, schema.type ?? '', text);
  let unchanged: boolean | undefined;
  const isUnchanged = (): boolean => (unchanged ??= hasOld && sameValue(value, old));
  for (const compiled of rules) {
    const { rule, program, usesOld, problem } = compiled;
    if (problem !== undefined) fail(`rule compile error: ${problem}`);
    if (!program || (usesOld && !hasOld && !rule.optionalOldSelf)) continue;
    // What was let in before the rule was there is let pass until it changes.
    if (!usesOld && isUnchanged()) continue;
    const before = hasOld ? new OptionalValue(fromHost(old, type)) : OptionalValue.none;
    const oldSelf = rule.optionalOldSelf ? before : hasOld ? old : null;
    const found = program.evaluate({ self: value, oldSelf }, { budget: Math.min(perCallLimit, running.budget) });
    running.budget -= found.cost;
    if ('error' in found && found.error.fatal) {
      running.budget = -1;
      fail(cutOff(found.error.message, ruleText(compiled)));
      return;
    }
    if ('error' in found) fail(whyFailed(found.error.message, ruleText(compiled)));
    else if ('value' in found && found.value !== true)
      tell(compiled, messageOf(compiled, { self: value, oldSelf }, running), { value, path: where }, to);
  }
}

const cutOff = (error: string, rule: string): string =>
  error.startsWith('operation cancelled: actual cost limit exceeded')
    ? `'${error}': no further validation rules will be run due to call cost exceeds limit for rule: ${rule}`
    : 'validation failed due to running out of cost budget, no further validation rules will be run';

const whyFailed = (error: string, rule: string): string =>
  error.startsWith('no such overload')
    ? `'${error}': call arguments did not match a supported operator, function or macro signature for rule: ${rule}`
    : `${error} evaluating rule: ${rule}`;

/** What an error calls a rule. */
const ruleText = ({ rule: { message, rule = '' } }: CompiledRule): string => (message ? message.trim() : rule.trim());

const fallback = ({ rule: { message, rule = '' } }: CompiledRule): string =>
  message ? message.trim() : `failed rule: ${rule.trim()}`;

/** What the rule says; one that cannot say it falls back to what was written down. */
function messageOf(compiled: CompiledRule, variables: Readonly<Record<string, unknown>>, running: Running): string {
  const { message } = compiled;
  if (!message) return fallback(compiled);
  const found = message.evaluate(variables, { budget: Math.max(0, Math.min(perCallLimit, running.budget)) });
  running.budget -= found.cost;
  const text = 'value' in found && typeof found.value === 'string' ? found.value.trim() : '';
  const isUsable = text !== '' && !/[\r\n]/.test(text) && Buffer.byteLength(text) <= longestMessage;
  return isUsable ? text : fallback(compiled);
}

function tell(
  { rule, field }: CompiledRule,
  detail: string,
  { value, path }: Pick<Evaluated, 'value' | 'path'>,
  to: ErrorList,
): void {
  const at =
    field === undefined ? path : path === '<nil>' ? field : field.startsWith('[') ? path + field : `${path}.${field}`;
  const isWhole = typeof value === 'object' && !(value instanceof Number);
  switch (rule.reason) {
    case 'FieldValueForbidden':
      return to.forbidden(at, detail);
    case 'FieldValueRequired':
      return to.required(at, detail);
    case 'FieldValueDuplicate':
      return isWhole ? to.duplicateWhole(at) : to.duplicate(at, value);
    default:
      return isWhole ? to.invalidWhole(at, detail) : to.invalid(at, value, detail);
  }
}
