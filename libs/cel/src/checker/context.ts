import type { Issue } from '../syntax/source';
import { formatType } from '../types/format-type';
import { errorType, type Type } from '../types/type';
import { Bindings } from '../types/unify';
import { Checked } from './checked';
import { candidateNames, type Declared, type Names, standardTypeNames } from './scope';

/** What is known while an expression is checked. */
export class CheckContext {
  readonly issues: Issue[] = [];
  readonly checked: Checked;
  readonly bindings = new Bindings();
  /** The variables of the loops around, the innermost last. */
  readonly locals: Declared[] = [];

  constructor(
    readonly names: Names,
    count: number,
  ) {
    this.checked = new Checked(count);
  }

  report(node: { readonly offset: number }, message: string): void {
    this.issues.push({ message, offset: node.offset });
  }

  undeclared(node: { readonly offset: number }, name: string): Type {
    this.report(node, `undeclared reference to '${name}' (in container '${this.names.container}')`);
    return errorType;
  }

  lookUp(name: string): Declared | undefined {
    if (!name.includes('.')) {
      const local = this.locals.findLast((declared) => declared.name === name);
      if (local) return local;
    }
    for (const candidate of candidateNames(this.names.container, name)) {
      const found = this.names.variable(candidate) ?? standardTypeNames.get(candidate);
      if (found) return found;
    }
    return undefined;
  }

  isAssignable(target: Type, type: Type): boolean {
    return this.bindings.isAssignable(target, type);
  }

  /** What is known of a type by now. */
  known(type: Type): Type {
    return this.bindings.substitute(type, false);
  }

  /** A type as messages show it. */
  show(type: Type): string {
    return formatType(this.bindings.substitute(type, true));
  }
}
