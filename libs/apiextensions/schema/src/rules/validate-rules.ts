import { maxCardinality } from '@skiff/cel';
import { child, type ErrorList } from '@skiff/apimachinery';
import type { apiextensionsv1 } from '@skiff/contracts';
import type { Schema } from '../structure/structure';
import { compileRules, type CompiledRule } from './compile';
import { ruleFieldPath } from './field-path';

type Rule = apiextensionsv1.ValidationRule;

/** What one rule, and all rules of a schema together, may be estimated to cost for one object. */
const mostRuleCost = 10_000_000;
const mostSchemaCost = 100_000_000;
/** So many of those that cost most are told. */
const mostExpensive = 4;

interface Context {
  readonly to: ErrorList;
  readonly costs: { readonly path: string; readonly cost: number }[];
}

/** Where a schema is: how often its values may be there, and where what was before cannot be found again. */
interface Place {
  readonly path: string;
  readonly isRoot: boolean;
  /** Infinity where nothing bounds it. */
  readonly cardinality: number;
  readonly uncorrelated?: string;
}

/**
 * Holds the rules of a schema, and of all that is in it, to what rules may be: that they compile, what they say, and
 * what they are estimated to cost.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go.
 */
export function validateRules(schema: Schema, path: string, to: ErrorList): void {
  const context: Context = { to, costs: [] };
  walk(schema, { path, isRoot: true, cardinality: 1 }, context);
  const total = context.costs.reduce((sum, { cost }) => sum + cost, 0);
  if (total <= mostSchemaCost) return;
  const worst = context.costs.toSorted((a, b) => b.cost - a.cost).slice(0, mostExpensive);
  for (const { path: at, cost } of worst)
    if (cost > mostSchemaCost / 100)
      to.forbidden(at, 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema');
  const what = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema';
  to.forbidden(path, tooExpensive(what, total, mostSchemaCost));
}

function walk(schema: Schema, place: Place, context: Context): void {
  const { path, cardinality, uncorrelated } = place;
  const { additionalProperties, properties, items } = schema;
  const same = { isRoot: false, cardinality, ...(uncorrelated === undefined ? {} : { uncorrelated }) };
  if (typeof additionalProperties === 'object')
    walk(
      additionalProperties,
      {
        ...same,
        path: child(path, 'additionalProperties'),
        cardinality: cardinality * (schema.maxProperties ?? Infinity),
      },
      context,
    );
  for (const [name, inner] of Object.entries(properties ?? {}))
    walk(inner, { ...same, path: `${child(path, 'properties')}[${name}]` }, context);
  if (items !== undefined && !Array.isArray(items)) {
    const isCorrelated = schema['x-kubernetes-list-type'] === 'map';
    walk(
      items,
      {
        ...same,
        path: child(path, 'items'),
        cardinality: cardinality * (schema.maxItems ?? Infinity),
        ...(isCorrelated || uncorrelated !== undefined ? {} : { uncorrelated: path }),
      },
      context,
    );
  }
  validateOwn(schema, place, context);
}

function validateOwn(schema: Schema, place: Place, context: Context): void {
  const rules = schema['x-kubernetes-validations'] ?? [];
  const at = (index: number, name: string): string =>
    child(`${child(place.path, 'x-kubernetes-validations')}[${index}]`, name);
  for (const [index, rule] of rules.entries()) validateTexts(rule, schema, (name) => at(index, name), context.to);
  const compiled = compileRules(schema, place.isRoot || schema['x-kubernetes-embedded-resource'] === true);
  // Upstream counts how often the smallest value of the schema fits into a request where nothing bounds it.
  const times = Number.isFinite(place.cardinality)
    ? place.cardinality
    : maxCardinality(schema as Parameters<typeof maxCardinality>[0]);
  for (const [index, rule] of (compiled?.rules ?? []).entries())
    validateCompiled(rule, { at: (name) => at(index, name), times, uncorrelated: place.uncorrelated }, context);
}

const reasons = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const hasNewlines = (text: string): boolean => /[\r\n]/.test(text);

function validateTexts(rule: Rule, schema: Schema, at: (name: string) => string, to: ErrorList): void {
  const { rule: text = '', message = '', messageExpression = '', reason, fieldPath = '' } = rule;
  if (text.trim() === '') to.required(at('rule'), 'rule is not specified');
  else if (message !== '' && message.trim() === '')
    to.invalid(at('message'), message, 'must be non-empty if specified');
  else if (hasNewlines(message.trim())) to.invalid(at('message'), message, 'must not contain line breaks');
  else if (hasNewlines(text.trim()) && message.trim() === '')
    to.required(at('message'), 'message must be specified if rule contains line breaks');
  if (messageExpression !== '' && messageExpression.trim() === '')
    to.required(at('messageExpression'), 'messageExpression must be non-empty if specified');
  if (reason !== undefined && !reasons.includes(reason)) to.notSupported(at('reason'), reason, reasons);
  if (fieldPath === '') return;
  if (fieldPath.trim() === '') to.invalid(at('fieldPath'), fieldPath, 'must be non-empty if specified');
  if (hasNewlines(fieldPath)) to.invalid(at('fieldPath'), fieldPath, 'must not contain line breaks');
  if (ruleFieldPath(fieldPath, schema) === undefined) to.invalid(at('fieldPath'), fieldPath, 'must be a valid path');
}

interface RulePlace {
  readonly at: (name: string) => string;
  readonly times: number;
  readonly uncorrelated: string | undefined;
}

function validateCompiled(
  compiled: CompiledRule,
  { at, times, uncorrelated }: RulePlace,
  { to, costs }: Context,
): void {
  const { rule, program, problem, message, messageProblem, usesOld } = compiled;
  const cost = program ? program.estimate.max * times : 0;
  if (cost > mostRuleCost) to.forbidden(at('rule'), tooExpensive('estimated rule cost', cost, mostRuleCost));
  costs.push({ path: at('rule'), cost });
  if (problem !== undefined) to.invalid(at('rule'), shown(rule), problem);
  if (messageProblem !== undefined) to.invalid(at('messageExpression'), shown(rule), messageProblem);
  if (message) {
    const { max } = message.estimate;
    if (max > mostRuleCost)
      to.forbidden(at('messageExpression'), tooExpensive('estimated messageExpression cost', max, mostRuleCost));
    costs.push({ path: at('messageExpression'), cost: max });
  }
  if (usesOld && uncorrelated !== undefined)
    to.invalid(
      at('rule'),
      rule.rule,
      `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`,
    );
  else if (!usesOld && rule.optionalOldSelf !== undefined)
    to.invalid(at('optionalOldSelf'), rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule');
}

/** A rule as upstream prints it. */
const shown = ({ rule = '', message = '', messageExpression = '', reason, fieldPath = '', optionalOldSelf }: Rule) => ({
  ...{ Rule: rule, Message: message, MessageExpression: messageExpression, Reason: reason ?? null },
  ...{ FieldPath: fieldPath, OptionalOldSelf: optionalOldSelf ?? null },
});

function tooExpensive(what: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const text = factor > 100 ? 'more than 100x' : `${factor.toFixed(factor < 1.5 ? 6 : 1)}x`;
  return `${what} exceeds budget by factor of ${text} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}
