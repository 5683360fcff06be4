import {
  badRequest,
  methodNotAllowed,
  methodNotSupported,
  readerOf,
  unknownResource,
  type ApiObject,
  type Verb,
} from '@skiff/apimachinery';
import { notFound } from '../registry/errors';
import type { OperationTarget } from './operations';

/** Throws MethodNotAllowed for what cannot be done with a resource. */
export function requireVerb({ definition }: OperationTarget, verb: Verb): void {
  if (!definition.verbs.includes(verb)) throw methodNotAllowed();
}

/** Only some subresources are a view of the object, which is read or written; the others are actions. */
export function requireObject({ definition, name, subresource }: OperationTarget, verb: Verb): void {
  if (subresource === '') return;
  const found = definition.subresources.get(subresource);
  // What has no type of its own is looked for as an object.
  if (!found) throw readerOf(definition.kind) ? notFound(definition.kind, name) : unknownResource();
  const isObject = found.type === 'object' || found.type === 'view';
  if (isObject && found.verbs.some((one) => one === verb)) return;
  const { kind } = definition;
  throw readerOf(kind) ? methodNotSupported({ group: kind.group, resource: kind.plural }, verb) : methodNotAllowed();
}

/** Throws BadRequest for an object of another namespace. */
export function requireNamespace({ definition, namespace }: OperationTarget, object: ApiObject): void {
  const own = object.metadata?.namespace;
  if (definition.kind.namespaced && own && own !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

/** Throws BadRequest for another object than the one that is asked for. */
export function requireName(target: OperationTarget, object: ApiObject): void {
  requireNamespace(target, object);
  const own = object.metadata?.name;
  if (!own)
    throw badRequest(`the name of the object (${target.name} based on URL) was undeterminable: name must be provided`);
  if (own !== target.name)
    throw badRequest(`the name of the object (${own}) does not match the name on the URL (${target.name})`);
}
