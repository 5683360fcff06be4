import { encodeAny, listOf, MessageWriter, objectOf, type Encode, type Json } from './protobuf';

const encodeSchema: Encode<Json> = (schema, writer) => {
  writer.text(1, schema['$ref']);
  writer.text(2, schema['format']);
  writer.text(4, schema['description']);
  if (schema['default'] !== undefined) writer.message(5, schema['default'], encodeAny);
  for (const name of (schema['required'] as string[] | undefined) ?? []) writer.text(19, name);
  for (const value of listOf(schema['enum'])) writer.message(20, value, encodeAny);
  if (schema['additionalProperties'])
    writer.message(21, objectOf(schema['additionalProperties']), (value, inner) =>
      inner.message(1, value, encodeSchema),
    );
  if (schema['type']) writer.message(22, schema['type'], (value, inner) => inner.text(1, value));
  if (schema['items'])
    writer.message(23, objectOf(schema['items']), (value, inner) => inner.message(1, value, encodeSchema));
  if (schema['properties'])
    writer.message(25, schema['properties'], (value, inner) => inner.named(1, value, encodeSchema));
  writer.extensions(31, schema);
};

const encodeQueryParameter: Encode<Json> = (parameter, writer) => {
  writer.text(2, parameter['in']);
  writer.text(4, parameter['name']);
  writer.text(6, parameter['type']);
};

const encodePathParameter: Encode<Json> = (parameter, writer) => {
  writer.flag(1, parameter['required']);
  writer.text(2, parameter['in']);
  writer.text(4, parameter['name']);
  writer.text(5, parameter['type']);
};

const encodeBodyParameter: Encode<Json> = (parameter, writer) => {
  writer.text(2, parameter['name']);
  writer.text(3, parameter['in']);
  writer.flag(4, parameter['required']);
  writer.message(5, objectOf(parameter['schema']), encodeSchema);
};

/** Parameters that are not in the body, by their place: the field and its writer. */
const places: Readonly<Record<string, readonly [number, Encode<Json>]>> = {
  query: [3, encodeQueryParameter],
  path: [4, encodePathParameter],
};

/** An item of parameters: a parameter, not a reference to one. */
const encodeParameter: Encode<Json> = (parameter, writer) =>
  writer.message(1, parameter, (inner, either) => {
    const place = places[String(inner['in'])];
    if (place) either.message(2, inner, (item, others) => others.message(place[0], item, place[1]));
    else either.message(1, inner, encodeBodyParameter);
  });

/** A response, not a reference to one, whose schema is one of an object, not of a file. */
const encodeResponse: Encode<Json> = (response, writer) =>
  writer.message(1, response, (item, inner) => {
    inner.text(1, item['description']);
    if (item['schema'])
      inner.message(2, objectOf(item['schema']), (schema, either) => either.message(1, schema, encodeSchema));
  });

const encodeOperation: Encode<Json> = (operation, writer) => {
  writer.operationHead(operation);
  for (const media of (operation['produces'] as string[] | undefined) ?? []) writer.text(6, media);
  for (const media of (operation['consumes'] as string[] | undefined) ?? []) writer.text(7, media);
  for (const parameter of listOf(operation['parameters'])) writer.message(8, objectOf(parameter), encodeParameter);
  writer.message(9, operation['responses'], (responses, inner) => inner.named(1, responses, encodeResponse));
  for (const scheme of listOf(operation['schemes'])) writer.text(10, scheme);
  writer.extensions(13, operation);
};

const encodePath: Encode<Json> = (path, writer) => {
  writer.operations(2, path, encodeOperation);
  for (const parameter of listOf(path['parameters'])) writer.message(9, objectOf(parameter), encodeParameter);
};

/** What is needed of requests: names of schemes, none of which has scopes. */
const encodeRequirement: Encode<Json> = (requirement, writer) => writer.named(1, requirement, () => undefined);

/** A scheme by which a key is sent. */
const encodeApiKey: Encode<Json> = (scheme, writer) =>
  writer.message(2, scheme, (item, inner) => {
    inner.text(1, item['type']);
    inner.text(2, item['name']);
    inner.text(3, item['in']);
    inner.text(4, item['description']);
  });

/**
 * An OpenAPI v2 document in the protobuf form that kubectl asks for: gnostic's
 * openapi.v2.Document.
 */
export function encodeOpenApiV2(document: object): Uint8Array {
  const value = objectOf(document);
  const info = objectOf(value['info']);
  const writer = new MessageWriter();
  writer.text(1, value['swagger']);
  writer.message(2, info, (item, inner) => {
    inner.text(1, item['title']);
    inner.text(2, item['version']);
  });
  writer.message(8, value['paths'], (paths, inner) => inner.named(2, paths, encodePath));
  writer.message(9, value['definitions'], (definitions, inner) => inner.named(1, definitions, encodeSchema));
  for (const requirement of listOf(value['security'])) writer.message(12, objectOf(requirement), encodeRequirement);
  writer.message(13, value['securityDefinitions'], (schemes, inner) => inner.named(1, schemes, encodeApiKey));
  return writer.finish();
}
