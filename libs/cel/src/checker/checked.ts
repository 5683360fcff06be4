import type { Overload } from '../library/declare';
import { dynType, type Type } from '../types/type';
import type { Declared } from './scope';

/** What was found out about the nodes of an expression, by their ids. */
export class Checked {
  readonly types: (Type | undefined)[];
  /** The overloads that a call may be; the function's name, where it has a namespace. */
  readonly calls = new Map<
    number,
    { readonly name: string; readonly overloads: readonly Overload[]; readonly global: boolean }
  >();
  /** What identifiers, and selections that are names, stand for. */
  readonly names = new Map<number, Declared>();

  constructor(count: number) {
    this.types = new Array<Type | undefined>(count + 1);
  }

  typeOf(node: { readonly id: number }): Type {
    return this.types[node.id] ?? dynType;
  }
}
