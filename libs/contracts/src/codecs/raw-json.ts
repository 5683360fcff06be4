import { BinaryWriter, type BinaryReader } from '@bufbuild/protobuf/wire';
import type { Codec } from './codec';
import { parseJson, writeJson } from './exact-json';
import { bracketTooDeep, deepestJson } from './json-depth';
import { readMessage } from './read';
import { SharedValues } from './shared-values';

/** Any JSON value. */
export type JSON = unknown;
/** An object of any kind, as its JSON. */
export type RawExtension = { [key: string]: unknown };
/** The fields that a manager owns, as nested objects keyed `f:name`, `k:{…}`, `v:…`. */
export type FieldsV1 = { [key: string]: unknown };

interface RawForm<T> {
  toBytes(value: T): Uint8Array;
  fromBytes(bytes: Uint8Array): T;
}

function rawCodec<T>({ toBytes, fromBytes }: RawForm<T>): Codec<T> {
  return {
    encode: (value, writer = new BinaryWriter()) => writer.uint32(10).bytes(toBytes(value)),
    decode: (input: BinaryReader | Uint8Array, length?: number) => {
      let value: unknown = null;
      readMessage(input, length, (field, reader) => {
        if (field !== 1) return false;
        const bytes = reader.bytes();
        value = bytes.length === 0 ? null : fromBytes(bytes);
        return true;
      });
      return value as T;
    },
  };
}

const toBytes = (value: unknown): Uint8Array => Buffer.from(writeJson(value));
const plain = { toBytes, fromBytes: (bytes: Uint8Array): unknown => parseJson(asText(bytes)) };

function asText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  if (bracketTooDeep(text, deepestJson) !== undefined) throw new Error('exceeded max depth');
  return text;
}

export const JSON = rawCodec<JSON>(plain);
export const RawExtension = rawCodec<RawExtension>(plain as RawForm<RawExtension>);

// Objects of one origin own the same fields: thousands of pods share a handful of sets.
const shared = new SharedValues<FieldsV1>();

/** Decoded sets are shared and frozen. */
export const FieldsV1 = rawCodec<FieldsV1>({
  toBytes: (value) => shared.bytes(value, toBytes),
  fromBytes: (bytes) => shared.value(asText(bytes), bytes),
});
