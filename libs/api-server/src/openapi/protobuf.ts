import { BinaryWriter } from '@bufbuild/protobuf/wire';

/** Writes JSON documents as messages of gnostic, whose protobuf forms of OpenAPI clients know. */

export type Json = Record<string, unknown>;
export type Encode<T> = (value: T, writer: MessageWriter) => void;

export const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const lengthDelimited = (field: number): number => (field << 3) | 2;
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

/** Writes the fields of a message by their numbers. A value of another type than the field's is left out. */
export class MessageWriter {
  private readonly writer = new BinaryWriter();

  message<T>(field: number, value: T, encode: Encode<T>): void {
    this.writer.uint32(lengthDelimited(field)).fork();
    encode(value, this);
    this.writer.join();
  }

  text(field: number, value: unknown): void {
    if (typeof value === 'string') this.writer.uint32(lengthDelimited(field)).string(value);
  }

  flag(field: number, value: unknown): void {
    if (typeof value === 'boolean') this.writer.uint32(field << 3).bool(value);
  }

  double(field: number, value: unknown): void {
    if (typeof value === 'number') this.writer.uint32((field << 3) | 1).double(value);
  }

  /** A map's entries as messages of a name and a value. */
  named(field: number, values: unknown, encode: Encode<Json>): void {
    for (const [name, value] of Object.entries(objectOf(values))) {
      this.message(field, value, (item) => {
        this.text(1, name);
        this.message(2, objectOf(item), encode);
      });
    }
  }

  extensions(field: number, value: Json): void {
    for (const [name, extension] of Object.entries(value)) {
      if (!name.startsWith('x-')) continue;
      this.message(field, extension, (item) => {
        this.text(1, name);
        this.message(2, item, encodeAny);
      });
    }
  }

  /** What an operation begins with in every version. */
  operationHead(operation: Json): void {
    for (const tag of listOf(operation['tags'])) this.text(1, tag);
    this.text(3, operation['description']);
    this.text(5, operation['operationId']);
  }

  /** The operations of a path, one for each method, in fields from `first` on. */
  operations(first: number, path: Json, encode: Encode<Json>): void {
    for (const [index, method] of methods.entries())
      if (path[method]) this.message(first + index, objectOf(path[method]), encode);
  }

  finish(): Uint8Array {
    return this.writer.finish();
  }
}

/** Anything, as YAML, of which JSON is a part. */
export const encodeAny: Encode<unknown> = (value, writer) => writer.text(2, `${JSON.stringify(value)}\n`);
