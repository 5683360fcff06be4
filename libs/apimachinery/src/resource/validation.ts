import type { ErrorList } from '../field-errors/error-list';
import type { NameRule } from '../validation/names';

export type Check<T> = (object: T, to: ErrorList) => void;
export type Compare<T> = (object: T, old: T, to: ErrorList) => void;

/** What is held against the objects of a resource, besides their metadata. */
export interface Validation<T = unknown> {
  /** The rule for names; default: a DNS-1123 subdomain. */
  readonly name?: NameRule;
  /** The group that mistakes name; default: that of the kind. */
  readonly group?: string;
  /** Whether finalizers need not be qualified by a domain; default: they have to be. */
  readonly freeFinalizers?: boolean;
  /** A change through a subresource. */
  readonly subresources?: Readonly<Record<string, Validation<T>['update']>>;
  create?(object: T, to: ErrorList): void;
  /** A change of the object itself; default: the rules of creation. */
  update?(object: T, old: T, to: ErrorList): void;
  /** What is not wrong but worth knowing, of a new object or (with the old one) of a change. */
  warnings?(object: T, old: T | undefined): string[];
}

/** The rules of creation, and more that hold between the old object and the new. */
export const also =
  <T>(check: Check<T>, compare: Compare<T>): Compare<T> =>
  (object, old, to) => {
    check(object, to);
    compare(object, old, to);
  };
