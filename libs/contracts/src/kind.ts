import type { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Object as ApiObject } from './generated/skiff/api/v1/object';

/** Encodes and decodes one message. */
export interface Codec<T> {
  encode(message: T, writer?: BinaryWriter): BinaryWriter;
  decode(input: BinaryReader | Uint8Array, length?: number): T;
}

/** Names, scope and codec of a kind. */
export interface Kind<T = unknown> {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The resource's plural name; empty for a kind that only a subresource takes. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  /** Full name of the message. */
  readonly message: string;
  /** The field of skiff.api.v1.Object that carries this kind. */
  readonly objectField: Exclude<keyof ApiObject, 'custom'>;
  readonly objectFieldNumber: number;
  readonly codec: Codec<T>;
  readonly listCodec: Codec<{ items?: T[] | null | undefined }> | undefined;
}

export function defineKind<T>(kind: Kind<T>): Kind<T> {
  return Object.freeze(kind);
}

/** "apps/v1", or "v1" for the core group. */
export function apiVersionOf(kind: { readonly group: string; readonly version: string }): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}
