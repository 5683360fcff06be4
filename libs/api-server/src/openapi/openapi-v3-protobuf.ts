import { BinaryWriter } from '@bufbuild/protobuf/wire';
import {
  encodeAny,
  extensions,
  flag,
  listOf,
  message,
  named,
  objectOf,
  text,
  type Encode,
  type Json,
} from './protobuf';

/** A schema, or a reference to one. */
const encodeSchemaOrReference: Encode<Json> = (schema, writer) => {
  if (typeof schema['$ref'] === 'string') message(writer, 2, schema['$ref'], (ref, inner) => text(inner, 1, ref));
  else message(writer, 1, schema, encodeSchema);
};

/** The message knows plain values alone; other defaults stay in the JSON document, as upstream's do. */
const encodeDefault: Encode<unknown> = (value, writer) => {
  if (typeof value === 'number') writer.uint32((1 << 3) | 1).double(value);
  flag(writer, 2, value);
  text(writer, 3, value);
};

const combinations: readonly (readonly [string, number])[] = [
  ['allOf', 26],
  ['oneOf', 27],
  ['anyOf', 28],
];

const encodeSchema: Encode<Json> = (schema, writer) => {
  flag(writer, 20, schema['uniqueItems']);
  for (const name of listOf(schema['required'])) text(writer, 23, name);
  for (const value of listOf(schema['enum'])) message(writer, 24, value, encodeAny);
  text(writer, 25, schema['type']);
  for (const [name, field] of combinations)
    for (const item of listOf(schema[name])) message(writer, field, objectOf(item), encodeSchemaOrReference);
  if (schema['items'])
    message(writer, 30, objectOf(schema['items']), (item, inner) => message(inner, 1, item, encodeSchemaOrReference));
  if (schema['properties'])
    message(writer, 31, schema['properties'], (properties, inner) =>
      named(inner, 1, properties, encodeSchemaOrReference),
    );
  if (schema['additionalProperties'])
    message(writer, 32, objectOf(schema['additionalProperties']), (item, inner) =>
      message(inner, 1, item, encodeSchemaOrReference),
    );
  if (['number', 'boolean', 'string'].includes(typeof schema['default']))
    message(writer, 33, schema['default'], encodeDefault);
  text(writer, 34, schema['description']);
  text(writer, 35, schema['format']);
  extensions(writer, 36, schema);
};

/** A parameter, not a reference to one. */
const encodeParameter: Encode<Json> = (parameter, writer) =>
  message(writer, 1, parameter, (item, inner) => {
    text(inner, 1, item['name']);
    text(inner, 2, item['in']);
    flag(inner, 4, item['required']);
    message(inner, 10, objectOf(item['schema']), encodeSchemaOrReference);
  });

const encodeContent: Encode<Json> = (content, writer) =>
  named(writer, 1, content, (media, inner) => message(inner, 1, objectOf(media['schema']), encodeSchemaOrReference));

/** A body, not a reference to one. */
const encodeRequestBody: Encode<Json> = (body, writer) =>
  message(writer, 1, body, (item, inner) => {
    message(inner, 2, objectOf(item['content']), encodeContent);
    flag(inner, 3, item['required']);
  });

/** A response, not a reference to one. */
const encodeResponse: Encode<Json> = (response, writer) =>
  message(writer, 1, response, (item, inner) => {
    text(inner, 1, item['description']);
    message(inner, 3, objectOf(item['content']), encodeContent);
  });

const encodeOperation: Encode<Json> = (operation, writer) => {
  for (const tag of (operation['tags'] as string[] | undefined) ?? []) text(writer, 1, tag);
  text(writer, 3, operation['description']);
  text(writer, 5, operation['operationId']);
  for (const parameter of listOf(operation['parameters'])) message(writer, 6, objectOf(parameter), encodeParameter);
  if (operation['requestBody']) message(writer, 7, objectOf(operation['requestBody']), encodeRequestBody);
  message(writer, 8, operation['responses'], (responses, inner) => named(inner, 2, responses, encodeResponse));
  extensions(writer, 13, operation);
};

const methods: readonly (readonly [string, number])[] = [
  ['get', 4],
  ['put', 5],
  ['post', 6],
  ['delete', 7],
  ['options', 8],
  ['head', 9],
  ['patch', 10],
];

const encodePath: Encode<Json> = (path, writer) => {
  for (const [method, field] of methods)
    if (path[method]) message(writer, field, objectOf(path[method]), encodeOperation);
  for (const parameter of listOf(path['parameters'])) message(writer, 13, objectOf(parameter), encodeParameter);
};

/** A scheme by which a key is sent, not a reference to one. */
const encodeSecurityScheme: Encode<Json> = (scheme, writer) =>
  message(writer, 1, scheme, (item, inner) => {
    text(inner, 1, item['type']);
    text(inner, 2, item['description']);
    text(inner, 3, item['name']);
    text(inner, 4, item['in']);
  });

const encodeComponents: Encode<Json> = (components, writer) => {
  message(writer, 1, components['schemas'], (schemas, inner) => named(inner, 1, schemas, encodeSchemaOrReference));
  message(writer, 7, components['securitySchemes'], (schemes, inner) => named(inner, 1, schemes, encodeSecurityScheme));
};

/** An OpenAPI v3 document in its protobuf form: gnostic's openapi.v3.Document. */
export function encodeOpenApiV3(document: object): Uint8Array {
  const value = objectOf(document);
  const writer = new BinaryWriter();
  text(writer, 1, value['openapi']);
  message(writer, 2, objectOf(value['info']), (info, inner) => {
    text(inner, 1, info['title']);
    text(inner, 6, info['version']);
  });
  message(writer, 4, value['paths'], (paths, inner) => named(inner, 1, paths, encodePath));
  message(writer, 5, objectOf(value['components']), encodeComponents);
  return writer.finish();
}
