import { BinaryWriter, type BinaryReader } from '@bufbuild/protobuf/wire';
import type { Codec } from './codec';
import { readMessage } from './read';

/** An amount with an optional suffix, such as `100m` or `1Gi`. */
export type Quantity = string;
export type QuantityValue = Quantity;

export const Quantity: Codec<Quantity> = {
  encode: (value, writer = new BinaryWriter()) => writer.uint32(10).string(String(value)),
  decode: (input: BinaryReader | Uint8Array, length?: number) => {
    let value = '0';
    readMessage(input, length, (field, reader) => {
      if (field !== 1) return false;
      value = reader.string() || '0';
      return true;
    });
    return value;
  },
};
export const QuantityValue = Quantity;
