import type { BinaryWriter } from '@bufbuild/protobuf/wire';

/** Helpers to write JSON documents as messages of gnostic, whose protobuf forms of OpenAPI clients know. */

export type Json = Record<string, unknown>;
export type Encode<T> = (value: T, writer: BinaryWriter) => void;

export const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const tag = (field: number): number => (field << 3) | 2;

export function message<T>(writer: BinaryWriter, field: number, value: T, encode: Encode<T>): void {
  writer.uint32(tag(field)).fork();
  encode(value, writer);
  writer.join();
}

export function text(writer: BinaryWriter, field: number, value: unknown): void {
  if (typeof value === 'string') writer.uint32(tag(field)).string(value);
}

export function flag(writer: BinaryWriter, field: number, value: unknown): void {
  if (typeof value === 'boolean') writer.uint32(field << 3).bool(value);
}

/** A map's entries as messages of a name and a value. */
export function named(writer: BinaryWriter, field: number, values: unknown, encode: Encode<Json>): void {
  for (const [name, value] of Object.entries(objectOf(values))) {
    message(writer, field, value, (item, inner) => {
      text(inner, 1, name);
      message(inner, 2, objectOf(item), encode);
    });
  }
}

/** Anything, as YAML, of which JSON is a part. */
export const encodeAny: Encode<unknown> = (value, writer) => text(writer, 2, `${JSON.stringify(value)}\n`);

export function extensions(writer: BinaryWriter, field: number, value: Json): void {
  for (const [name, extension] of Object.entries(value)) {
    if (!name.startsWith('x-')) continue;
    message(writer, field, extension, (item, inner) => {
      text(inner, 1, name);
      message(inner, 2, item, encodeAny);
    });
  }
}
