import type { Checked } from '../checker/checked';
import type { Comprehension, Expr } from '../syntax/ast';
import { optionalValueType, type Type } from '../types/type';
import { BytesValue, type Value } from '../values/value';
import { textSize } from '../values/text';
import { fixed, type Range, unknown } from './range';

/** What the estimate has to know of variables. */
export interface DeclaredVariables {
  typeOfVariable(name: string): Type | undefined;
}

/** How a value is reached from a variable: by fields, `@items`, `@keys`, `@values`. */
export interface Path {
  readonly variable: string;
  readonly steps: readonly string[];
}

/** The sizes of the keys and the values of a list or a map. */
export interface EntrySizes {
  readonly kind: 'list' | 'map';
  readonly key: Range;
  readonly value: Range;
}

/** What is known of the size of a variable of a comprehension. */
export interface LocalSizes {
  readonly path: Path | undefined;
  readonly size: Range | undefined;
  readonly entries: EntrySizes | undefined;
}

/** The sizes of the values in an expression, as far as it and the declared types say. */
export class Sizes {
  private readonly paths = new Map<number, Path>();
  private readonly computed = new Map<number, Range>();
  private readonly entrySizes = new Map<number, EntrySizes>();
  private readonly locals: (readonly [string, LocalSizes])[] = [];

  constructor(
    private readonly checked: Checked,
    private readonly variables: DeclaredVariables,
  ) {}

  typeOf(expr: Expr): Type {
    return this.checked.typeOf(expr);
  }

  local(name: string): LocalSizes | undefined {
    return this.locals.findLast(([local]) => local === name)?.[1];
  }

  with<T>(name: string, local: LocalSizes, compute: () => T): T {
    this.locals.push([name, local]);
    const result = compute();
    this.locals.pop();
    return result;
  }

  /** With the variables of a loop. */
  withRange<T>(expr: Comprehension, compute: () => T): T {
    const entries = this.entries(expr.range);
    const path = this.path(expr.range);
    const isList = (entries?.kind ?? this.typeOf(expr.range).kind) === 'list';
    const at = (step: string, size: Range | undefined): LocalSizes => ({
      path: path && { variable: path.variable, steps: [...path.steps, step] },
      size,
      entries: undefined,
    });
    const key = at(isList ? '@indices' : '@keys', entries?.key);
    const value = at(isList ? '@items' : '@values', entries?.value);
    const second = expr.secondVariable;
    if (second === undefined) return this.with(expr.variable, isList ? value : key, compute);
    return this.with(expr.variable, key, () => this.with(second, value, compute));
  }

  path(expr: Expr): Path | undefined {
    const local = expr.kind === 'ident' ? this.local(expr.name) : undefined;
    return local ? local.path : this.paths.get(expr.id);
  }

  setPath(expr: Expr, path: Path | undefined): void {
    if (path) this.paths.set(expr.id, path);
  }

  set(expr: Expr, size: Range | undefined): void {
    if (size) this.computed.set(expr.id, size);
  }

  setEntries(expr: Expr, entries: EntrySizes | undefined): void {
    if (entries) this.entrySizes.set(expr.id, entries);
  }

  copy(to: Expr, from: Expr): void {
    this.set(to, this.of(from));
    this.setEntries(to, this.entries(from));
  }

  entries(expr: Expr): EntrySizes | undefined {
    return this.entrySizes.get(expr.id) ?? (expr.kind === 'ident' ? this.local(expr.name)?.entries : undefined);
  }

  orUnknown(expr: Expr): Range {
    return this.of(expr) ?? unknown;
  }

  /** The size of a value; undefined where nothing is known. Upstream: computeSize. */
  of(expr: Expr): Range | undefined {
    const known = this.computed.get(expr.id) ?? literalSize(expr) ?? this.declared(this.path(expr));
    if (known) return known;
    if (isScalar(this.typeOf(expr))) return fixed(1);
    return expr.kind === 'ident' ? this.local(expr.name)?.size : undefined;
  }

  /** The size that the declared types give to the elements of a list; the type of them says whether they have one. */
  ofElements(list: Expr): Range {
    const path = this.path(list);
    return this.declared(path && { variable: path.variable, steps: [...path.steps, '@items'] }) ?? unknown;
  }

  /** Upstream: sizeEstimator of apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go. */
  private declared(path: Path | undefined): Range | undefined {
    if (!path) return undefined;
    // Upstream takes every path for one from `self`: also that of `int`, in `type(self) == int`.
    let type = this.variables.typeOfVariable(path.variable) ?? this.variables.typeOfVariable('self');
    for (const step of path.steps) type = type && typeBelow(optionalValueType(type) ?? type, step);
    if (!type || (type.kind === 'dyn' && type.maxSize === undefined)) return undefined;
    return { min: 0, max: type.maxSize ?? 0 };
  }
}

function typeBelow(type: Type, step: string): Type | undefined {
  switch (step) {
    case '@items':
    case '@values':
      if (type.kind === 'list') return type.element;
      return type.kind === 'map' ? type.value : undefined;
    case '@keys':
      return type.kind === 'map' ? type.key : undefined;
    default:
      return type.kind === 'object' ? type.field(step)?.type : undefined;
  }
}

/** Upstream: computeExprSize. */
function literalSize(expr: Expr): Range | undefined {
  switch (expr.kind) {
    case 'literal':
      return fixed(valueSize(expr.value));
    case 'list':
      return fixed(expr.elements.length);
    case 'map':
      return fixed(expr.entries.length);
    default:
      return undefined;
  }
}

function valueSize(value: Value): number {
  if (typeof value === 'string') return textSize(value);
  return value instanceof BytesValue ? value.value.length : 1;
}

function isScalar(type: Type): boolean {
  switch (type.kind) {
    case 'bool':
    case 'int':
    case 'uint':
    case 'double':
    case 'duration':
    case 'timestamp':
      return true;
    default: {
      const inner = optionalValueType(type);
      return inner !== undefined && isScalar(inner);
    }
  }
}
