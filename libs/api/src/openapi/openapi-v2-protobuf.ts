import { BinaryWriter } from '@bufbuild/protobuf/wire';

type Json = Record<string, unknown>;
type Encode<T> = (value: T, writer: BinaryWriter) => void;

const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const tag = (field: number): number => (field << 3) | 2;

function message<T>(writer: BinaryWriter, field: number, value: T, encode: Encode<T>): void {
  writer.uint32(tag(field)).fork();
  encode(value, writer);
  writer.join();
}

function text(writer: BinaryWriter, field: number, value: unknown): void {
  if (typeof value === 'string') writer.uint32(tag(field)).string(value);
}

/** A map's entries as messages of a name and a value. */
function named(writer: BinaryWriter, field: number, values: unknown, encode: Encode<Json>): void {
  for (const [name, value] of Object.entries(objectOf(values))) {
    message(writer, field, value, (item, inner) => {
      text(inner, 1, name);
      message(inner, 2, objectOf(item), encode);
    });
  }
}

/** Extensions travel as YAML, of which JSON is a part. */
function extensions(writer: BinaryWriter, field: number, value: Json): void {
  for (const [name, extension] of Object.entries(value)) {
    if (!name.startsWith('x-')) continue;
    message(writer, field, extension, (item, inner) => {
      text(inner, 1, name);
      message(inner, 2, item, (any, innermost) => text(innermost, 2, `${JSON.stringify(any)}\n`));
    });
  }
}

const encodeSchema: Encode<Json> = (schema, writer) => {
  text(writer, 1, schema['$ref']);
  text(writer, 2, schema['format']);
  text(writer, 4, schema['description']);
  if (schema['default'] !== undefined)
    message(writer, 5, schema['default'], (value, inner) => text(inner, 2, `${JSON.stringify(value)}\n`));
  for (const name of (schema['required'] as string[] | undefined) ?? []) text(writer, 19, name);
  if (schema['additionalProperties'])
    message(writer, 21, objectOf(schema['additionalProperties']), (value, inner) =>
      message(inner, 1, value, encodeSchema),
    );
  if (schema['type']) message(writer, 22, schema['type'], (value, inner) => text(inner, 1, value));
  if (schema['items'])
    message(writer, 23, objectOf(schema['items']), (value, inner) => message(inner, 1, value, encodeSchema));
  if (schema['properties'])
    message(writer, 25, schema['properties'], (value, inner) => named(inner, 1, value, encodeSchema));
  extensions(writer, 31, schema);
};

const encodeQueryParameter: Encode<Json> = (parameter, writer) => {
  text(writer, 2, parameter['in']);
  text(writer, 4, parameter['name']);
  text(writer, 6, parameter['type']);
};

const encodeOperation: Encode<Json> = (operation, writer) => {
  for (const media of (operation['produces'] as string[] | undefined) ?? []) text(writer, 6, media);
  for (const media of (operation['consumes'] as string[] | undefined) ?? []) text(writer, 7, media);
  for (const parameter of (operation['parameters'] as Json[] | undefined) ?? []) {
    // A parameter, that is not in the body, but in the query.
    message(writer, 8, parameter, (item, a) =>
      message(a, 1, item, (inner, b) =>
        message(b, 2, inner, (innermost, c) => message(c, 3, innermost, encodeQueryParameter)),
      ),
    );
  }
  extensions(writer, 13, operation);
};

const methods: readonly (readonly [string, number])[] = [
  ['get', 2],
  ['put', 3],
  ['post', 4],
  ['delete', 5],
  ['patch', 8],
];

const encodePath: Encode<Json> = (path, writer) => {
  for (const [method, field] of methods)
    if (path[method]) message(writer, field, objectOf(path[method]), encodeOperation);
};

/**
 * An OpenAPI v2 document in the protobuf form that kubectl asks for: gnostic's
 * openapi.v2.Document.
 */
export function encodeOpenApiV2(document: object): Uint8Array {
  const value = objectOf(document);
  const info = objectOf(value['info']);
  const writer = new BinaryWriter();
  text(writer, 1, value['swagger']);
  message(writer, 2, info, (item, inner) => {
    text(inner, 1, item['title']);
    text(inner, 2, item['version']);
  });
  message(writer, 8, value['paths'], (paths, inner) => named(inner, 2, paths, encodePath));
  message(writer, 9, value['definitions'], (definitions, inner) => named(inner, 1, definitions, encodeSchema));
  return writer.finish();
}
