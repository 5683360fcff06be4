import { compile, Environment, optionalType, schemaType, type Program, type Type } from '@skiff/cel';
import type { apiextensionsv1 } from '@skiff/contracts';
import type { Schema } from '../structure/structure';
import { ruleFieldPath } from './field-path';

type Rule = apiextensionsv1.ValidationRule;

/** A rule of a schema, and what came of compiling it. */
export interface CompiledRule {
  readonly rule: Rule;
  /** Absent for a rule that is empty, or does not compile. */
  readonly program?: Program;
  /** Why it does not compile. */
  readonly problem?: string;
  readonly message?: Program;
  readonly messageProblem?: string;
  /** Whether it compares with what was before. */
  readonly usesOld: boolean;
  /** The field that it names, from the value; absent where it names none. */
  readonly field?: string;
}

/** The rules of a schema with the type of the values that they are about; undefined where there are none. */
export interface RuleSet {
  readonly type: Type;
  readonly rules: readonly CompiledRule[];
}

/**
 * Compiles the rules of one schema, those of what is in it aside.
 * @param isRoot whether it is the schema of a whole object, of which rules see kind, apiVersion and name.
 */
export function compileRules(schema: Schema, isRoot: boolean): RuleSet | undefined {
  const rules = schema['x-kubernetes-validations'] ?? [];
  if (rules.length === 0) return undefined;
  const type = schemaType(schema as Parameters<typeof schemaType>[0], isRoot ? { isResourceRoot: true } : {});
  if (!type) return undefined;
  return { type, rules: rules.map((rule) => compileRule(rule, type, schema)) };
}

function compileRule(rule: Rule, type: Type, schema: Schema): CompiledRule {
  const text = rule.rule ?? '';
  if (text.trim() === '') return { rule, usesOld: false };
  const oldSelf = rule.optionalOldSelf ? optionalType(type) : type;
  const environment = new Environment({ variables: { self: type, oldSelf } });
  const found = compile(text, environment);
  const field = rule.fieldPath ? ruleFieldPath(rule.fieldPath, schema) : undefined;
  const own = { rule, ...messageOf(rule, environment), ...(field === undefined ? {} : { field }) };
  if (!('program' in found)) return { ...own, usesOld: false, problem: `compilation failed: ${found.message}` };
  const { program } = found;
  if (program.type.kind !== 'bool')
    return { ...own, usesOld: false, problem: 'cel expression must evaluate to a bool' };
  return { ...own, program, usesOld: program.variables.includes('oldSelf') };
}

function messageOf({ messageExpression = '' }: Rule, environment: Environment): Partial<CompiledRule> {
  if (messageExpression.trim() === '') return {};
  const found = compile(messageExpression, environment);
  if (!('program' in found)) return { messageProblem: `messageExpression compilation failed: ${found.message}` };
  return found.program.type.kind === 'string'
    ? { message: found.program }
    : { messageProblem: 'messageExpression must evaluate to a string' };
}
