import type { ApiObject } from '../object/api-object';
import type { NameRule } from '../validation/names';
import {
  defaultNameRule,
  pathSegmentNameRule,
  validateFinalizers,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '../validation/object-meta';
import { ErrorList } from '../field-errors/error-list';
import type { Resource } from './resource';

export type Check<T> = (object: T, to: ErrorList) => void;
export type Compare<T> = (object: T, old: T, to: ErrorList) => void;

/** What is held against the objects of a resource, besides their metadata. */
export interface Validation<T = unknown> {
  /** The rule for names; default: a DNS-1123 subdomain. */
  readonly name?: NameRule;
  /** The group that mistakes name; default: that of the kind. */
  readonly group?: string;
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

/**
 * Holds a new, defaulted object to the rules of its resource. Throws a 422 StatusError
 * that names every mistake, in upstream's words and order.
 */
export function validateCreate(resource: Resource, object: ApiObject): void {
  const { kind, validation } = resource;
  const { name = defaultNameRule } = validation;
  const errors = new ErrorList();
  validateObjectMeta(object.metadata, kind.namespaced, name, 'metadata', errors);
  validateFinalizers(object.metadata, 'metadata', errors);
  validation.create?.(object, errors);
  raise(resource, object, errors);
}

/**
 * Holds a changed object to the rules of its resource; `subresource` is empty for the
 * object itself. Throws as {@link validateCreate} does.
 */
export function validateUpdate(resource: Resource, object: ApiObject, old: ApiObject, subresource: string): void {
  const { kind, validation } = resource;
  const errors = new ErrorList();
  // Upstream checks changed metadata as new metadata and as a change, and again in the kind's own rules.
  validateObjectMeta(object.metadata, kind.namespaced, pathSegmentNameRule, 'metadata', errors);
  validateObjectMetaUpdate(object.metadata, old.metadata, 'metadata', errors);
  validateObjectMetaUpdate(object.metadata, old.metadata, 'metadata', errors);
  validateFinalizers(object.metadata, 'metadata', errors);
  if (subresource !== '') validation.subresources?.[subresource]?.(object, old, errors);
  else if (validation.update) validation.update(object, old, errors);
  else validation.create?.(object, errors);
  raise(resource, object, errors);
}

function raise({ kind, validation }: Resource, object: ApiObject, errors: ErrorList): void {
  const { group = kind.group } = validation;
  const error = errors.toError({ group, kind: kind.kind }, object.metadata?.name ?? '');
  if (error) throw error;
}
