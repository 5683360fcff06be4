import { ErrorList } from '../field-errors/error-list';
import type { ApiObject } from '../object/api-object';
import {
  defaultNameRule,
  pathSegmentNameRule,
  validateFinalizers,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '../validation/object-meta';
import type { Resource } from './resource';

/**
 * Holds a new, defaulted object to the rules of its resource. Throws a 422 StatusError
 * that names every mistake, in upstream's words and order.
 */
export function validateCreate(resource: Resource, object: ApiObject): void {
  const { kind, validation } = resource;
  const { name = defaultNameRule } = validation;
  const errors = new ErrorList();
  validateObjectMeta(object.metadata, kind.namespaced, name, 'metadata', errors);
  if (!validation.freeFinalizers) validateFinalizers(object.metadata, 'metadata', errors);
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
  if (!validation.freeFinalizers) validateFinalizers(object.metadata, 'metadata', errors);
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
