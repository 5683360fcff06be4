import { BinaryWriter, type BinaryReader } from '@bufbuild/protobuf/wire';
import type { Codec } from './codec';
import { readMessage } from './read';

/** A list of strings that stands in a message of its own, so that maps can hold it. */
export type ExtraValue = string[];
export type Verbs = string[];

export const ExtraValue: Codec<string[]> = {
  encode: (values, writer = new BinaryWriter()) => {
    for (const value of values) writer.uint32(10).string(value);
    return writer;
  },
  decode: (input: BinaryReader | Uint8Array, length?: number) => {
    const values: string[] = [];
    readMessage(input, length, (field, reader) => {
      if (field !== 1) return false;
      values.push(reader.string());
      return true;
    });
    return values;
  },
};
export const Verbs = ExtraValue;
