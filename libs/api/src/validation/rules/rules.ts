import type { Kind } from '@skiff/contracts';
import type { NameRule, ErrorList } from '@skiff/apimachinery';

export type Check<T> = (object: T, to: ErrorList) => void;
export type Compare<T> = (object: T, old: T, to: ErrorList) => void;

/** What is held against the objects of one kind. */
export interface Rules<T> {
  /** The rule for names; default: a DNS-1123 subdomain. */
  readonly name?: NameRule;
  /** The group that mistakes name; default: that of the kind. */
  readonly group?: string;
  readonly create?: Check<T>;
  /** A change of the object itself; default: the rules of creation. */
  readonly update?: Compare<T>;
  /** A change through a subresource: metadata is always checked. */
  readonly subresources?: Readonly<Record<string, Compare<T>>>;
  /** What is not wrong but worth knowing, of a new object or (with the old one) of a change. */
  readonly warnings?: (object: T, old: T | undefined) => string[];
}

/** Rules with the kind that they are for. */
export interface KindRules {
  readonly message: string;
  readonly rules: Rules<never>;
}

export function rulesFor<T>(kind: Kind<T>, rules: Rules<T>): KindRules {
  return { message: kind.message, rules };
}

/** The rules of creation, and more that hold between the old object and the new. */
export const also =
  <T>(check: Check<T>, compare: Compare<T>): Compare<T> =>
  (object, old, to) => {
    check(object, to);
    compare(object, old, to);
  };
