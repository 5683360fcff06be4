const metadataTag = 0x0a;
const resourceVersionTag = 0x32;

/**
 * The message of an object with its resource version, which is not stored since a store knows it
 * by itself. It is put in its place between the fields of the metadata, so nothing is encoded anew.
 */
export function insertResourceVersion(message: Uint8Array, revision: bigint): Uint8Array {
  const version = Buffer.from(String(revision), 'latin1');
  const hasMetadata = message[0] === metadataTag;
  const length = hasMetadata ? readVarint(message, 1) : { value: 0, end: 0 };
  const end = length.end + length.value;
  const at = placeOf(message, length.end, end);
  const newLength = varint(length.value + 2 + version.length);
  return Buffer.concat([
    Buffer.of(metadataTag),
    newLength,
    message.subarray(length.end, at),
    Buffer.of(resourceVersionTag, version.length),
    version,
    message.subarray(at),
  ]);
}

/** Where the fields of the metadata with smaller numbers end: all of them are texts. */
function placeOf(message: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (message[at] ?? 0) < resourceVersionTag) {
    const { value, end: begin } = readVarint(message, at + 1);
    at = begin + value;
  }
  return at;
}

function readVarint(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  for (let at = start, shift = 0; ; at += 1, shift += 7) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end: at + 1 };
  }
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}
