import type { BinaryReader } from '@bufbuild/protobuf/wire';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Codec } from '../kind';
import { readMessage } from './read';

/** Any JSON value. */
export type JSON = unknown;
/** An object of any kind, as its JSON. */
export type RawExtension = { [key: string]: unknown };
/** The fields that a manager owns, as nested objects keyed `f:name`, `k:{…}`, `v:…`. */
export type FieldsV1 = { [key: string]: unknown };

function rawJson<T>(): Codec<T> {
  return {
    encode: (value, writer = new BinaryWriter()) =>
      writer.uint32(10).bytes(Buffer.from(globalThis.JSON.stringify(value))),
    decode: (input: BinaryReader | Uint8Array, length?: number) => {
      let value: unknown = null;
      readMessage(input, length, (field, reader) => {
        if (field !== 1) return false;
        const bytes = reader.bytes();
        value = bytes.length === 0 ? null : globalThis.JSON.parse(Buffer.from(bytes).toString());
        return true;
      });
      return value as T;
    },
  };
}

export const JSON = rawJson<JSON>();
export const RawExtension = rawJson<RawExtension>();
export const FieldsV1 = rawJson<FieldsV1>();
