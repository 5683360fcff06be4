import { StatusError, type ApiObject } from '@skiff/apimachinery';
import {
  apiVersionOf,
  parseJson,
  writeJson,
  type Kind,
  type ResourceId,
  type skiffobjectv1,
  type WireField,
} from '@skiff/contracts';

/** An object as it travels: in the field of the message that its kind has, or as its JSON. */
export function wrap<T extends ApiObject>(resource: ResourceId<T>, object: T): skiffobjectv1.Object {
  const wire = wireOf(resource);
  if (wire) return { [wire.name]: object };
  const { apiVersion = apiVersionOf(resource), kind = resource.kind } = object;
  return { unstructured: { apiVersion, kind, json: Buffer.from(writeJson({ apiVersion, kind, ...object })) } };
}

/** The object in an answer that must carry one of this resource. The server chooses the form. */
export function unwrap<T>(resource: ResourceId<T>, object: skiffobjectv1.Object | undefined): T {
  const wire = wireOf(resource);
  const value = (wire && object?.[wire.name]) ?? unstructured(object) ?? (wire ? undefined : message(object));
  if (value === undefined)
    throw new StatusError(500, 'InternalError', `the API server answered without a ${resource.kind}`);
  // The server answers with objects of the resource that it was asked for.
  return value as T;
}

/** The object in an answer whose kind the caller knows. */
export function unwrapAny<T>(object: skiffobjectv1.Object | undefined): T {
  return (unstructured(object) ?? message(object)) as T;
}

/** A resource that is only named has no message. */
const wireOf = (resource: ResourceId & Partial<Pick<Kind, 'wire'>>): WireField | undefined => resource.wire;

function unstructured(object: skiffobjectv1.Object | undefined): unknown {
  const json = object?.unstructured?.json;
  return json && parseJson(json.toString('utf8'));
}

function message(object: skiffobjectv1.Object | undefined): unknown {
  return Object.values(object ?? {}).find((value) => value !== undefined);
}
