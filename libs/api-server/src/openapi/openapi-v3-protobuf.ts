import { encodeAny, listOf, MessageWriter, objectOf, type Encode, type Json } from './protobuf';

/** A schema, or a reference to one. */
const encodeSchemaOrReference: Encode<Json> = (schema, writer) => {
  if (typeof schema['$ref'] === 'string') writer.message(2, schema['$ref'], (ref, inner) => inner.text(1, ref));
  else writer.message(1, schema, encodeSchema);
};

/** The message knows plain values alone; other defaults stay in the JSON document, as upstream's do. */
const encodeDefault: Encode<unknown> = (value, writer) => {
  writer.double(1, value);
  writer.flag(2, value);
  writer.text(3, value);
};

const combinations: readonly (readonly [string, number])[] = [
  ['allOf', 26],
  ['oneOf', 27],
  ['anyOf', 28],
];

const encodeSchema: Encode<Json> = (schema, writer) => {
  writer.flag(20, schema['uniqueItems']);
  for (const name of listOf(schema['required'])) writer.text(23, name);
  for (const value of listOf(schema['enum'])) writer.message(24, value, encodeAny);
  writer.text(25, schema['type']);
  for (const [name, field] of combinations)
    for (const item of listOf(schema[name])) writer.message(field, objectOf(item), encodeSchemaOrReference);
  if (schema['items'])
    writer.message(30, objectOf(schema['items']), (item, inner) => inner.message(1, item, encodeSchemaOrReference));
  if (schema['properties'])
    writer.message(31, schema['properties'], (properties, inner) =>
      inner.named(1, properties, encodeSchemaOrReference),
    );
  if (schema['additionalProperties'])
    writer.message(32, objectOf(schema['additionalProperties']), (item, inner) =>
      inner.message(1, item, encodeSchemaOrReference),
    );
  if (['number', 'boolean', 'string'].includes(typeof schema['default']))
    writer.message(33, schema['default'], encodeDefault);
  writer.text(34, schema['description']);
  writer.text(35, schema['format']);
  writer.extensions(36, schema);
};

/** A parameter, not a reference to one. */
const encodeParameter: Encode<Json> = (parameter, writer) =>
  writer.message(1, parameter, (item, inner) => {
    inner.text(1, item['name']);
    inner.text(2, item['in']);
    inner.flag(4, item['required']);
    inner.message(10, objectOf(item['schema']), encodeSchemaOrReference);
  });

const encodeContent: Encode<Json> = (content, writer) =>
  writer.named(1, content, (media, inner) => inner.message(1, objectOf(media['schema']), encodeSchemaOrReference));

/** A body, not a reference to one. */
const encodeRequestBody: Encode<Json> = (body, writer) =>
  writer.message(1, body, (item, inner) => {
    inner.message(2, objectOf(item['content']), encodeContent);
    inner.flag(3, item['required']);
  });

/** A response, not a reference to one. */
const encodeResponse: Encode<Json> = (response, writer) =>
  writer.message(1, response, (item, inner) => {
    inner.text(1, item['description']);
    inner.message(3, objectOf(item['content']), encodeContent);
  });

const encodeOperation: Encode<Json> = (operation, writer) => {
  writer.operationHead(operation);
  for (const parameter of listOf(operation['parameters'])) writer.message(6, objectOf(parameter), encodeParameter);
  if (operation['requestBody']) writer.message(7, objectOf(operation['requestBody']), encodeRequestBody);
  writer.message(8, operation['responses'], (responses, inner) => inner.named(2, responses, encodeResponse));
  writer.extensions(13, operation);
};

const encodePath: Encode<Json> = (path, writer) => {
  writer.operations(4, path, encodeOperation);
  for (const parameter of listOf(path['parameters'])) writer.message(13, objectOf(parameter), encodeParameter);
};

/** A scheme by which a key is sent, not a reference to one. */
const encodeSecurityScheme: Encode<Json> = (scheme, writer) =>
  writer.message(1, scheme, (item, inner) => {
    inner.text(1, item['type']);
    inner.text(2, item['description']);
    inner.text(3, item['name']);
    inner.text(4, item['in']);
  });

const encodeComponents: Encode<Json> = (components, writer) => {
  writer.message(1, components['schemas'], (schemas, inner) => inner.named(1, schemas, encodeSchemaOrReference));
  writer.message(7, components['securitySchemes'], (schemes, inner) => inner.named(1, schemes, encodeSecurityScheme));
};

/** An OpenAPI v3 document in its protobuf form: gnostic's openapi.v3.Document. */
export function encodeOpenApiV3(document: object): Uint8Array {
  const value = objectOf(document);
  const writer = new MessageWriter();
  writer.text(1, value['openapi']);
  writer.message(2, objectOf(value['info']), (info, inner) => {
    inner.text(1, info['title']);
    inner.text(6, info['version']);
  });
  writer.message(4, value['paths'], (paths, inner) => inner.named(1, paths, encodePath));
  writer.message(5, objectOf(value['components']), encodeComponents);
  return writer.finish();
}
