import { dynType, listType, mapType, typeOfType, type Type } from './type';

/** What type parameters stand for. Bindings are taken back with {@link Bindings.rollBack} where an attempt fails. */
export class Bindings {
  private readonly bound = new Map<string, Type>();
  private readonly journal: (readonly [string, Type | undefined])[] = [];
  private fresh = 0;

  newParameter(): Type {
    return { kind: 'parameter', name: `_var${String(this.fresh++)}` };
  }

  find(name: string): Type | undefined {
    return this.bound.get(name);
  }

  bind(name: string, type: Type): void {
    this.journal.push([name, this.bound.get(name)]);
    this.bound.set(name, type);
  }

  mark(): number {
    return this.journal.length;
  }

  rollBack(mark: number): void {
    while (this.journal.length > mark) {
      const entry = this.journal.pop();
      if (!entry) return;
      const [name, before] = entry;
      if (before) this.bound.set(name, before);
      else this.bound.delete(name);
    }
  }

  /** The type with its parameters replaced by what they stand for; free ones stay, or become dyn. */
  substitute(type: Type, freeToDyn: boolean): Type {
    switch (type.kind) {
      case 'parameter': {
        const found = this.bound.get(type.name);
        if (found) return this.substitute(found, freeToDyn);
        return freeToDyn ? dynType : type;
      }
      case 'list': {
        const element = this.substitute(type.element, freeToDyn);
        return element === type.element ? type : listType(element);
      }
      case 'map': {
        const key = this.substitute(type.key, freeToDyn);
        const value = this.substitute(type.value, freeToDyn);
        return key === type.key && value === type.value ? type : mapType(key, value);
      }
      case 'type': {
        if (!type.of) return type;
        const of = this.substitute(type.of, freeToDyn);
        return of === type.of ? type : typeOfType(of);
      }
      case 'opaque': {
        if (type.parameters.length === 0) return type;
        return { ...type, parameters: type.parameters.map((parameter) => this.substitute(parameter, freeToDyn)) };
      }
      default:
        return type;
    }
  }

  /** Whether a value of the type can be used where `target` is asked for. What it binds on the way stays bound. */
  isAssignable(target: Type, type: Type): boolean {
    const mark = this.mark();
    if (this.assign(target, type)) return true;
    this.rollBack(mark);
    return false;
  }

  areAssignable(targets: readonly Type[], types: readonly Type[]): boolean {
    if (targets.length !== types.length) return false;
    const mark = this.mark();
    for (const [index, target] of targets.entries()) {
      const type = types[index];
      if (type && this.assign(target, type)) continue;
      this.rollBack(mark);
      return false;
    }
    return true;
  }

  /** Upstream: cel-go checker/types.go, internalIsAssignable. */
  private assign(one: Type, other: Type): boolean {
    if (one.kind === 'parameter') return this.assignParameter(one.name, one, other, true);
    if (other.kind === 'parameter') return this.assignParameter(other.name, other, one, false);
    if (isOpen(one) || isOpen(other)) return true;
    if (one.kind === 'null') return acceptsNull(other);
    if (other.kind === 'null') return acceptsNull(one);
    if (one.kind === 'wrapper')
      return other.kind === one.of.kind || (other.kind === 'wrapper' && other.of.kind === one.of.kind);
    if (other.kind === 'wrapper') return one.kind === other.of.kind;
    return this.assignSame(one, other);
  }

  private assignSame(one: Type, other: Type): boolean {
    switch (one.kind) {
      case 'list':
        return other.kind === 'list' && this.assign(one.element, other.element);
      case 'map':
        return other.kind === 'map' && this.assign(one.key, other.key) && this.assign(one.value, other.value);
      case 'object':
        return other.kind === 'object' && one.name === other.name;
      case 'type':
        return other.kind === 'type';
      case 'opaque':
        return (
          other.kind === 'opaque' &&
          one.name === other.name &&
          one.parameters.length === other.parameters.length &&
          one.parameters.every((parameter, index) => this.assign(parameter, other.parameters[index] ?? dynType))
        );
      default:
        return one.kind === other.kind;
    }
  }

  /** Upstream: isValidTypeSubstitution. */
  private assignParameter(name: string, parameter: Type, other: Type, targetIsParameter: boolean): boolean {
    const bound = this.bound.get(name);
    if (bound) {
      const fits = targetIsParameter ? this.assign(bound, other) : this.assign(other, bound);
      if (!fits) return false;
      // The more general of the two is what the parameter stands for from now on.
      if (!sameParameter(bound, other) && isEqualOrLessSpecific(other, bound) && this.mayStandFor(name, other))
        this.bind(name, other);
      return true;
    }
    if (sameParameter(parameter, other)) return true;
    if (!this.mayStandFor(name, other)) return false;
    this.bind(name, other);
    return true;
  }

  /** Whether the parameter does not occur in the type that it would stand for. */
  private mayStandFor(name: string, type: Type): boolean {
    switch (type.kind) {
      case 'parameter': {
        if (type.name === name) return false;
        const bound = this.bound.get(type.name);
        return !bound || this.mayStandFor(name, bound);
      }
      case 'list':
        return this.mayStandFor(name, type.element);
      case 'map':
        return this.mayStandFor(name, type.key) && this.mayStandFor(name, type.value);
      case 'type':
        return !type.of || this.mayStandFor(name, type.of);
      case 'opaque':
        return type.parameters.every((parameter) => this.mayStandFor(name, parameter));
      default:
        return true;
    }
  }
}

const isOpen = (type: Type): boolean => type.kind === 'dyn' || type.kind === 'error';

const sameParameter = (one: Type, other: Type): boolean =>
  one.kind === 'parameter' && other.kind === 'parameter' && one.name === other.name;

/** Upstream: internalIsAssignableNull. */
function acceptsNull(type: Type): boolean {
  switch (type.kind) {
    case 'null':
    case 'opaque':
    case 'object':
    case 'timestamp':
    case 'duration':
    case 'wrapper':
      return true;
    default:
      return false;
  }
}

/** Whether the first type is as general as the second, or more so. Upstream: isEqualOrLessSpecific. */
export function isEqualOrLessSpecific(one: Type, other: Type): boolean {
  if (isOpen(one) || one.kind === 'parameter') return true;
  if (isOpen(other) || other.kind === 'parameter') return false;
  if (other.kind === 'null') return acceptsNull(one);
  if (one.kind === 'wrapper' && other.kind !== 'wrapper') return one.of.kind === other.kind;
  if (one.kind !== other.kind) return false;
  switch (one.kind) {
    case 'list':
      return other.kind === 'list' && isEqualOrLessSpecific(one.element, other.element);
    case 'map':
      return (
        other.kind === 'map' &&
        isEqualOrLessSpecific(one.key, other.key) &&
        isEqualOrLessSpecific(one.value, other.value)
      );
    case 'opaque':
      return (
        other.kind === 'opaque' &&
        one.name === other.name &&
        one.parameters.every((parameter, index) => isEqualOrLessSpecific(parameter, other.parameters[index] ?? dynType))
      );
    case 'object':
      return other.kind === 'object' && one.name === other.name;
    default:
      return true;
  }
}

/** Whether two types are the same, their sizes aside. */
export function isSameType(one: Type, other: Type): boolean {
  if (one.kind !== other.kind) return false;
  switch (one.kind) {
    case 'list':
      return other.kind === 'list' && isSameType(one.element, other.element);
    case 'map':
      return other.kind === 'map' && isSameType(one.key, other.key) && isSameType(one.value, other.value);
    case 'object':
    case 'parameter':
      return 'name' in other && one.name === other.name;
    case 'type':
      return true;
    case 'wrapper':
      return other.kind === 'wrapper' && one.of.kind === other.of.kind;
    case 'opaque':
      return (
        other.kind === 'opaque' &&
        one.name === other.name &&
        one.parameters.length === other.parameters.length &&
        one.parameters.every((parameter, index) => isSameType(parameter, other.parameters[index] ?? dynType))
      );
    default:
      return true;
  }
}
