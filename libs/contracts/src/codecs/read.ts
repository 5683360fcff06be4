import { BinaryReader } from '@bufbuild/protobuf/wire';

/**
 * Reads the fields of one message. `visit` returns false for a field that it
 * does not know, which is then skipped. Throws a RangeError when the last one goes on after the message's end.
 */
export function readMessage(
  input: BinaryReader | Uint8Array,
  length: number | undefined,
  visit: (field: number, reader: BinaryReader) => boolean,
): void {
  const reader = input instanceof BinaryReader ? input : new BinaryReader(input);
  const end = length === undefined ? reader.len : reader.pos + length;
  while (reader.pos < end) {
    const [field, wireType] = reader.tag();
    if (!visit(field, reader)) reader.skip(wireType);
  }
  if (reader.pos > end) throw new RangeError('unexpected EOF');
}
