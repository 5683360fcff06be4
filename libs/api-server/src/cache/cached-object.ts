import { writeJson, type Kind } from '@skiff/contracts';
import type { ApiObject } from '@skiff/apimachinery';
import type { Awaitable } from './awaitable';
import { defineEncoding, Encodings, type Encoding } from './encodings';

const json = defineEncoding((cached: CachedObject) => Buffer.from(writeJson(cached.object)));

const jsonLine = defineEncoding((cached: CachedObject): Buffer | string => {
  const text = `${writeJson(cached.object)}\n`;
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text);
});

/** One version of an object with its encodings, each made once and shared by all who read it. */
export class CachedObject<T extends ApiObject = ApiObject> {
  private kept: Encodings<T> | undefined;
  private passing: WeakRef<Encodings<T>> | undefined;
  private protobufBytes: Uint8Array | undefined;

  constructor(
    readonly kind: Kind<T>,
    readonly key: string,
    object: T,
    readonly revision: bigint,
    readonly trace: { readonly traceparent: string; readonly tracestate: string } | undefined,
  ) {
    this.kept = new Encodings(object);
  }

  /** Spares encoding the object, whose message this is. */
  withMessage(message: Uint8Array): this {
    this.protobufBytes = message;
    return this;
  }

  /** Those that have been made so far. */
  get encodings(): Encodings<T> {
    const known = this.kept ?? this.passing?.deref();
    if (known) return known;
    const made = new Encodings<T>();
    this.passing = new WeakRef(made);
    return made;
  }

  /** Must not be changed. */
  get object(): T {
    const { encodings } = this;
    return (encodings.object ??= this.kind.codec.decode(this.protobuf));
  }

  /** The object in a form, made once for all who ask. */
  as<E>(encoding: Encoding<CachedObject, E>): E {
    return this.encodings.as<CachedObject, E>(encoding, this as unknown as CachedObject);
  }

  /** The object in another version of its resource, made once for all who ask; again where that failed. */
  view<V extends ApiObject>(kind: Kind<V>, convert: () => Awaitable<CachedObject<V>>): Awaitable<CachedObject<V>> {
    return this.encodings.view(kind, convert);
  }

  /** The object's JSON, beginning with its kind and apiVersion. */
  get json(): Buffer {
    return this.as(json);
  }

  /** The same as a line: ASCII as text, which Node.js sends in one piece with the headers, anything else as bytes. */
  get jsonLine(): Buffer | string {
    return this.as(jsonLine);
  }

  /** The object's message, without an envelope. */
  get protobuf(): Uint8Array {
    return (this.protobufBytes ??= this.kind.codec.encode(this.object).finish());
  }

  /** Keeps the object, and lets go of what was made of it: that is made again for who asks. */
  dropEncodings(): void {
    if (this.kept) this.kept = new Encodings(this.object);
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
