import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { type Codec, type Kind, skiffstoragev1, writeJson } from '@skiff/contracts';
import type { ApiObject } from '@skiff/apimachinery';
import { requirePlain } from '../encryption/providers/identity';
import { conversionOf } from './conversions';
import { insertResourceVersion } from './record';

/** What is made from the message of a version when somebody asks for it. Others may keep what they make of it under this key. */
export interface Encodings<T extends ApiObject = ApiObject> {
  object?: T;
  json?: Buffer;
  line?: Buffer | string;
}

/** One version of an object with its encodings, each made once and shared by all who read it. */
export class CachedObject<T extends ApiObject = ApiObject> {
  private kept: Encodings<T> | undefined;
  private passing: WeakRef<Encodings<T>> | undefined;

  constructor(
    readonly kind: Kind<T>,
    readonly key: string,
    object: T,
    readonly revision: bigint,
    readonly trace: { readonly traceparent: string; readonly tracestate: string } | undefined,
    /** The object's message, when it is known already. */
    private protobufBytes?: Uint8Array,
  ) {
    this.kept = { object };
  }

  /** Those that have been made so far. */
  get encodings(): Encodings<T> {
    const known = this.kept ?? this.passing?.deref();
    if (known) return known;
    const made: Encodings<T> = {};
    this.passing = new WeakRef(made);
    return made;
  }

  /** Must not be changed. */
  get object(): T {
    const { encodings } = this;
    return (encodings.object ??= this.kind.codec.decode(this.protobuf));
  }

  /** The object's JSON, beginning with its kind and apiVersion. */
  get json(): Buffer {
    return (this.encodings.json ??= Buffer.from(writeJson(this.object)));
  }

  /** The same as a line: ASCII as text, which Node.js sends in one piece with the headers, anything else as bytes. */
  get jsonLine(): Buffer | string {
    const { encodings } = this;
    if (encodings.line === undefined) {
      const text = `${writeJson(this.object)}\n`;
      encodings.line = Buffer.byteLength(text) === text.length ? text : Buffer.from(text);
    }
    return encodings.line;
  }

  /** The object's message, without an envelope. */
  get protobuf(): Uint8Array {
    return (this.protobufBytes ??= this.kind.codec.encode(this.object).finish());
  }

  /** Keeps the object, and lets go of what was made of it: that is made again for who asks. */
  dropEncodings(): void {
    if (this.kept) this.kept = { object: this.object };
  }

  /** Keeps the message alone, which takes a tenth of the memory. Whoever holds the object or an encoding of it shares it still. */
  compact(): void {
    if (!this.kept) return;
    // Made before the object that it is made from may go.
    void this.protobuf;
    this.passing = new WeakRef(this.kept);
    this.kept = undefined;
  }
}

/** The value that is stored for an object: its message without the resource version, and who wrote it. */
export function encodeRecord<T extends ApiObject>(kind: Kind<T>, object: T, trace: CachedObject['trace']): Uint8Array {
  const { resourceVersion: _, ...metadata } = object.metadata ?? {};
  const conversion = conversionOf(kind as Kind<ApiObject>);
  const plain = { ...object, metadata };
  const stored = conversion?.toStored(plain);
  const message = conversion && stored ? encodeWith(conversion.stored.codec, stored) : encodeWith(kind.codec, plain);
  const { apiVersion = '', kind: name = '' } = stored ?? object;
  return encodeWith(skiffstoragev1.Record, {
    object: Buffer.from(message.buffer, message.byteOffset, message.length),
    apiVersion,
    kind: name,
    ...trace,
  });
}

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

/** The object behind a stored value, with the resource version that it has by its revision. Throws of one that is encrypted. */
export function decodeRecord<T extends ApiObject>(
  kind: Kind<T>,
  key: string,
  value: Uint8Array,
  revision: bigint,
): CachedObject<T> {
  requirePlain(value);
  const record = skiffstoragev1.Record.decode(value);
  const message = record.object ?? new Uint8Array(0);
  const conversion = conversionOf(kind as Kind<ApiObject>);
  const bytes = insertResourceVersion(message, revision);
  const trace = record.traceparent
    ? { traceparent: record.traceparent, tracestate: record.tracestate ?? '' }
    : undefined;
  if (!conversion) return new CachedObject(kind, key, kind.codec.decode(bytes), revision, trace, bytes);
  // A conversion gives the kind that it is registered for; its codec adds what this version always shows.
  const converted = conversion.fromStored(conversion.stored.codec.decode(bytes)) as T;
  const own = kind.codec.encode(converted).finish();
  return new CachedObject(kind, key, kind.codec.decode(own), revision, trace, own);
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
