import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Where messages and fields stand in a FileDescriptorProto and a DescriptorProto, and the name in a field. */
const tags = { messageOfFile: 4, fieldOfMessage: 2, messageOfMessage: 3, jsonName: 10 } as const;

/**
 * A serialized FileDescriptorProto without the JSON names that are no identifiers, such as `$ref`: libraries that
 * make code of what reflection tells them break over these. All else stays as it is, byte for byte.
 */
export function withPlainNames(file: Uint8Array): Buffer {
  return rewrite(file, (tag, bytes) => (tag === tags.messageOfFile ? message(bytes) : bytes));
}

function message(bytes: Uint8Array): Uint8Array {
  return rewrite(bytes, (tag, inner) => {
    if (tag === tags.fieldOfMessage) return rewrite(inner, plainName);
    return tag === tags.messageOfMessage ? message(inner) : inner;
  });
}

const plainName = (tag: number, bytes: Uint8Array): Uint8Array | undefined =>
  tag === tags.jsonName && !/^\w+$/.test(Buffer.from(bytes).toString()) ? undefined : bytes;

/** Hands every field that has a length to `change`, and leaves out those for which it answers nothing. */
function rewrite(bytes: Uint8Array, change: (tag: number, bytes: Uint8Array) => Uint8Array | undefined): Buffer {
  const reader = new BinaryReader(bytes);
  const writer = new BinaryWriter();
  while (reader.pos < reader.len) {
    const from = reader.pos;
    const [tag, type] = reader.tag();
    if (type !== WireType.LengthDelimited) {
      reader.skip(type, tag);
      writer.raw(bytes.subarray(from, reader.pos));
      continue;
    }
    const changed = change(tag, reader.bytes());
    if (changed) writer.tag(tag, type).bytes(changed);
  }
  return Buffer.from(writer.finish());
}
