import { skiffstoragev1, type Kind } from '@skiff/contracts';
import type { ApiObject } from '../pipeline/admission';
import { conversionOf } from './conversions';

/** One version of an object with its encodings, each made once and shared by all who read it. */
export class CachedObject<T extends ApiObject = ApiObject> {
  private line: Buffer | string | undefined;
  private jsonBytes: Buffer | undefined;
  private protobufBytes: Buffer | undefined;

  constructor(
    readonly kind: Kind<T>,
    readonly key: string,
    /** Must not be changed. */
    readonly object: T,
    readonly revision: bigint,
    readonly trace: { readonly traceparent: string; readonly tracestate: string } | undefined,
  ) {}

  /** The object's JSON, beginning with its kind and apiVersion. */
  get json(): Buffer {
    return (this.jsonBytes ??= Buffer.from(JSON.stringify(this.object)));
  }

  /** The same as a line: ASCII as text, which Node.js sends in one piece with the headers, anything else as bytes. */
  get jsonLine(): Buffer | string {
    if (this.line === undefined) {
      const text = `${JSON.stringify(this.object)}\n`;
      this.line = Buffer.byteLength(text) === text.length ? text : Buffer.from(text);
    }
    return this.line;
  }

  /** The object's message, without an envelope. */
  get protobuf(): Buffer {
    return (this.protobufBytes ??= Buffer.from(this.kind.codec.encode(this.object).finish()));
  }
}

/** The value that is stored for an object: its message without the resource version, and who wrote it. */
export function encodeRecord<T extends ApiObject>(kind: Kind<T>, object: T, trace: CachedObject['trace']): Uint8Array {
  const { resourceVersion: _, ...metadata } = object.metadata ?? {};
  const conversion = conversionOf(kind as Kind<ApiObject>);
  const plain = { ...object, metadata };
  const stored = conversion?.toStored(plain);
  const message = conversion && stored ? conversion.stored.codec.encode(stored) : kind.codec.encode(plain);
  const record: skiffstoragev1.Record = {
    object: Buffer.from(message.finish()),
    apiVersion: (stored ?? object).apiVersion ?? '',
    kind: (stored ?? object).kind ?? '',
    ...trace,
  };
  return skiffstoragev1.Record.encode(record).finish();
}

/** The object behind a stored value, with the resource version that it has by its revision. */
export function decodeRecord<T extends ApiObject>(
  kind: Kind<T>,
  key: string,
  value: Uint8Array,
  revision: bigint,
): CachedObject<T> {
  const record = skiffstoragev1.Record.decode(value);
  const message = record.object ?? new Uint8Array(0);
  const conversion = conversionOf(kind as Kind<ApiObject>);
  // A conversion gives the kind that it is registered for.
  const object = conversion
    ? (conversion.fromStored(conversion.stored.codec.decode(message)) as T)
    : kind.codec.decode(message);
  object.metadata = withResourceVersion(object.metadata, revision);
  const trace = record.traceparent
    ? { traceparent: record.traceparent, tracestate: record.tracestate ?? '' }
    : undefined;
  return new CachedObject(kind, key, object, revision, trace);
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
