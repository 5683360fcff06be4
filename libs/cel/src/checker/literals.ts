import { childrenOf, type Call, type Expr } from '../syntax/ast';
import type { Issue } from '../syntax/source';
import { formatType } from '../types/format-type';
import { optionalValueType, type Type } from '../types/type';
import { isSameType } from '../types/unify';
import { EvaluationError } from '../values/evaluation-error';
import { regex } from '../values/regex';
import { parseDuration, parseTimestamp } from '../values/time';
import type { Checked } from './checked';

/**
 * What is wrong with literals that no evaluation could take: durations, timestamps, patterns, and lists and maps of
 * mixed types, unless they are the arguments of `format`. Upstream: cel-go cel/validator.go.
 */
export function validateLiterals(expr: Expr, checked: Checked): readonly Issue[] {
  const validator = new LiteralValidator(checked);
  validator.visit(expr, false);
  return validator.issues;
}

const isPattern = (text: string): boolean => {
  try {
    regex(text);
    return true;
  } catch (thrown) {
    if (thrown instanceof EvaluationError) return false;
    throw thrown;
  }
};

const validArguments: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['duration', (text: string) => parseDuration(text) !== undefined],
  ['timestamp', (text: string) => parseTimestamp(text) !== undefined],
  ['matches', isPattern],
]);

class LiteralValidator {
  readonly issues: Issue[] = [];

  constructor(private readonly checked: Checked) {}

  visit(expr: Expr, inFormat: boolean): void {
    if (expr.kind === 'call') this.call(expr);
    if (!inFormat && expr.kind === 'list')
      this.homogeneous(
        expr.elements.map((node, index) => [node, this.typeOf(node, expr.optional.has(index))]),
        true,
      );
    if (!inFormat && expr.kind === 'map') {
      this.homogeneous(
        expr.entries.map(({ key }) => [key, this.checked.typeOf(key)]),
        false,
      );
      this.homogeneous(
        expr.entries.map(({ value, optional }) => [value, this.typeOf(value, optional)]),
        false,
      );
    }
    const literal = expr.kind === 'list' || expr.kind === 'map';
    const below = (expr.kind === 'call' && expr.name === 'format') || (literal && inFormat);
    for (const child of childrenOf(expr)) this.visit(child, below);
  }

  private call({ name, args }: Call): void {
    const isValid = validArguments.get(name);
    const [arg] = args;
    if (!isValid || arg?.kind !== 'literal' || typeof arg.value !== 'string' || isValid(arg.value)) return;
    this.issues.push({ message: `invalid ${name} argument`, offset: arg.offset });
  }

  private typeOf(node: Expr, optional: boolean): Type {
    const type = this.checked.typeOf(node);
    return (optional ? optionalValueType(type) : undefined) ?? type;
  }

  private homogeneous(nodes: readonly (readonly [Expr, Type])[], firstOnly: boolean): void {
    const [first] = nodes;
    for (const [node, type] of nodes) {
      if (!first || isSameType(first[1], type)) continue;
      const message = `expected type '${formatType(first[1])}' but found '${formatType(type)}'`;
      this.issues.push({ message, offset: node.offset });
      if (firstOnly) return;
    }
  }
}
