import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { apiVersionOf, parseJson, skiffstoragev1, type Codec, type Kind } from '@skiff/contracts';
import type { Entry } from '@skiff/storage';
import { requirePlain } from '../encryption/providers/identity';
import { readerOf, type ApiObject, type StoredKinds } from '@skiff/apimachinery';
import { CachedObject } from './cached-object';

/** The first byte of an object that is stored as JSON; no message that Kubernetes has begins with it. */
const openBrace = 0x7b;

/** Reads and writes the values that are stored for the objects of a resource. */
export class RecordCodec {
  /** The version that is written. */
  readonly storage: Kind<ApiObject>;
  private readonly storageVersion: string;

  constructor(private readonly kinds: StoredKinds) {
    this.storage = kinds[0];
    this.storageVersion = apiVersionOf(this.storage);
  }

  /** The value for an object of the version that is written: its message without the resource version, and who wrote it. */
  encode(object: ApiObject, trace: CachedObject['trace']): Uint8Array {
    const { resourceVersion: _, ...metadata } = object.metadata ?? {};
    const message = encodeWith(this.storage.codec, { ...object, metadata });
    const { apiVersion = '', kind = '' } = object;
    return encodeWith(skiffstoragev1.Record, {
      object: Buffer.from(message.buffer, message.byteOffset, message.length),
      apiVersion,
      kind,
      ...trace,
    });
  }

  /** The object behind a stored value, with the resource version that it has by its revision. Throws of one that is encrypted. */
  decode({ key, value, revision }: Pick<Entry, 'key' | 'value' | 'revision'>): CachedObject {
    requirePlain(value);
    const record = skiffstoragev1.Record.decode(value);
    const kind = this.kindOf(record);
    const stored = record.object ?? new Uint8Array(0);
    const trace = record.traceparent
      ? { traceparent: record.traceparent, tracestate: record.tracestate ?? '' }
      : undefined;
    if (stored[0] === openBrace) return new CachedObject(kind, key, readJson(kind, stored, revision), revision, trace);
    const message = insertResourceVersion(stored, revision);
    return new CachedObject(kind, key, kind.codec.decode(message), revision, trace).withMessage(message);
  }

  private kindOf({ apiVersion = '', kind: name }: skiffstoragev1.Record): Kind<ApiObject> {
    if (apiVersion === '' || apiVersion === this.storageVersion) return this.storage;
    const kind = this.kinds.find((known) => apiVersionOf(known) === apiVersion);
    if (!kind) throw new Error(`no kind "${name}" is registered for version "${apiVersion}"`);
    return kind;
  }
}

/** What has no message has its codec for JSON. */
function readJson(kind: Kind<ApiObject>, stored: Uint8Array, revision: bigint): ApiObject {
  const object = readerOf(kind) ? kind.codec.decode(stored) : parseStored(stored);
  return { ...object, metadata: withResourceVersion(object.metadata, revision) };
}

const parseStored = (stored: Uint8Array): ApiObject =>
  parseJson(Buffer.from(stored.buffer, stored.byteOffset, stored.length).toString('utf8')) as ApiObject;

let writer = new BinaryWriter();

/** Encodes with a writer that keeps its grown buffer for the next message. */
function encodeWith<T>(codec: Codec<T>, value: T): Uint8Array {
  const own = writer;
  // One that fails on the way leaves its writer in the middle of a message.
  writer = new BinaryWriter();
  const bytes = codec.encode(value, own).finish();
  writer = own;
  return bytes;
}

/** Metadata in upstream's order, with this resource version. */
export function withResourceVersion(
  metadata: ApiObject['metadata'],
  revision: bigint,
): NonNullable<ApiObject['metadata']> {
  const { name, generateName, namespace, uid, resourceVersion: _, ...rest } = metadata ?? {};
  return {
    ...(name === undefined ? {} : { name }),
    ...(generateName === undefined ? {} : { generateName }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    resourceVersion: String(revision),
    ...rest,
  };
}

const metadataTag = 0x0a;
const resourceVersionTag = 0x32;

/**
 * The message of an object with its resource version, which is not stored since a store knows it
 * by itself. It is put in its place between the fields of the metadata, so nothing is encoded anew.
 */
export function insertResourceVersion(message: Uint8Array, revision: bigint): Uint8Array {
  const version = String(revision);
  const hasMetadata = message[0] === metadataTag;
  const length = hasMetadata ? readVarint(message, 1) : { value: 0, end: 0 };
  const at = placeOf(message, length.end, length.end + length.value);
  const newLength = varint(length.value + 2 + version.length);
  const whole = Buffer.allocUnsafe(1 + newLength.length + message.length - length.end + 2 + version.length);
  whole[0] = metadataTag;
  whole.set(newLength, 1);
  let end = 1 + newLength.length;
  whole.set(message.subarray(length.end, at), end);
  end += at - length.end;
  whole[end] = resourceVersionTag;
  whole[end + 1] = version.length;
  whole.write(version, end + 2, 'latin1');
  whole.set(message.subarray(at), end + 2 + version.length);
  return whole;
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

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}
