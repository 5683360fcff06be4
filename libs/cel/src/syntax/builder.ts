import type { Value } from '../values/value';
import type {
  Call,
  Comprehension,
  Expr,
  Ident,
  ListExpr,
  Literal,
  MapEntry,
  MapExpr,
  Select,
  Struct,
  StructField,
} from './ast';
import type { Issue } from './source';

const none: ReadonlySet<number> = new Set();

/** Makes the nodes of one expression, and notes what is wrong with it. */
export class ExprBuilder {
  readonly issues: Issue[] = [];
  private lastId = 0;

  /** How many nodes there are; the greatest id. */
  get count(): number {
    return this.lastId;
  }

  report(offset: number, message: string): void {
    this.issues.push({ message, offset });
  }

  literal(offset: number, value: Value): Literal {
    return { kind: 'literal', id: ++this.lastId, offset, value };
  }

  ident(offset: number, name: string): Ident {
    return { kind: 'ident', id: ++this.lastId, offset, name };
  }

  select(offset: number, operand: Expr, field: string, test = false): Select {
    return { kind: 'select', id: ++this.lastId, offset, operand, field, test };
  }

  call(offset: number, name: string, ...args: Expr[]): Call {
    return { kind: 'call', id: ++this.lastId, offset, name, args };
  }

  memberCall(offset: number, target: Expr, name: string, args: readonly Expr[]): Call {
    return { kind: 'call', id: ++this.lastId, offset, target, name, args };
  }

  list(offset: number, elements: readonly Expr[], optional = none): ListExpr {
    return { kind: 'list', id: ++this.lastId, offset, elements, optional };
  }

  entry(offset: number, key: Expr, value: Expr, optional: boolean): MapEntry {
    return { id: ++this.lastId, offset, key, value, optional };
  }

  map(offset: number, entries: readonly MapEntry[]): MapExpr {
    return { kind: 'map', id: ++this.lastId, offset, entries };
  }

  field(offset: number, name: string, value: Expr, optional: boolean): StructField {
    return { id: ++this.lastId, offset, name, value, optional };
  }

  struct(offset: number, name: string, fields: readonly StructField[]): Struct {
    return { kind: 'struct', id: ++this.lastId, offset, name, fields };
  }

  comprehension(offset: number, parts: Omit<Comprehension, 'kind' | 'id' | 'offset'>): Comprehension {
    return { kind: 'comprehension', id: ++this.lastId, offset, ...parts };
  }
}
