import type { Codec } from './codecs/codec';
import type { Object as ApiObject } from './generated/skiff/api/v1/object';

declare const objects: unique symbol;

/**
 * Names a resource, and says what is in its paths: all that somebody has to know who uses it through a client.
 * `T` is the type of its objects.
 */
export interface ResourceId<T = unknown> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The resource's plural name; empty for a kind that only a subresource takes. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Of the compiler alone, and never set. */
  readonly [objects]?: T;
}

/** The field of skiff.api.v1.Object that carries the message of a kind. */
export interface WireField {
  readonly name: Exclude<keyof ApiObject, 'unstructured'>;
  readonly number: number;
}

/** A resource with the codec of its objects. */
export interface Kind<T = unknown> extends ResourceId<T> {
  /** What one object is called; default: the kind in small letters. */
  readonly singular?: string;
  /** What a list of objects is called; default: the kind with `List` behind it. */
  readonly listKind?: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Full name of the message. */
  readonly message: string;
  readonly codec: Codec<T>;
  readonly listCodec: Codec<{ items?: T[] | null | undefined }> | undefined;
  /** Undefined for objects that travel as skiff.api.v1.Unstructured. */
  readonly wire: WireField | undefined;
}

export function defineKind<T>(kind: Kind<T>): Kind<T> {
  return Object.freeze(kind);
}

/** "apps/v1", or "v1" for the core group. */
export function apiVersionOf(kind: { readonly group: string; readonly version: string }): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}

/** "apps/v1/deployments": tells a resource from every other. */
export function resourceKey(resource: ResourceId): string {
  return `${apiVersionOf(resource)}/${resource.plural}`;
}
