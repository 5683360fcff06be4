import { BinaryWriter, type BinaryReader } from '@bufbuild/protobuf/wire';
import type { Codec } from './codec';
import { readMessage } from './read';

/** A number, or a string such as a port's name or a percentage. */
export type IntOrString = number | string;

export const IntOrString: Codec<IntOrString> = {
  encode: (value, writer = new BinaryWriter()) =>
    typeof value === 'number'
      ? writer.uint32(8).int64(0).uint32(16).int32(value)
      : writer.uint32(8).int64(1).uint32(26).string(value),
  decode: (input: BinaryReader | Uint8Array, length?: number) => {
    let type = 0;
    let number = 0;
    let text = '';
    readMessage(input, length, (field, reader) => {
      if (field === 1) type = Number(reader.int64());
      else if (field === 2) number = reader.int32();
      else if (field === 3) text = reader.string();
      else return false;
      return true;
    });
    return type === 0 ? number : text;
  },
};
