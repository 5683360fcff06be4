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

const encodeSchema: Encode<Json> = (schema, writer) => {
  text(writer, 1, schema['$ref']);
  text(writer, 2, schema['format']);
  text(writer, 4, schema['description']);
  if (schema['default'] !== undefined) message(writer, 5, schema['default'], encodeAny);
  for (const name of (schema['required'] as string[] | undefined) ?? []) text(writer, 19, name);
  for (const value of listOf(schema['enum'])) message(writer, 20, value, encodeAny);
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

const encodePathParameter: Encode<Json> = (parameter, writer) => {
  flag(writer, 1, parameter['required']);
  text(writer, 2, parameter['in']);
  text(writer, 4, parameter['name']);
  text(writer, 5, parameter['type']);
};

const encodeBodyParameter: Encode<Json> = (parameter, writer) => {
  text(writer, 2, parameter['name']);
  text(writer, 3, parameter['in']);
  flag(writer, 4, parameter['required']);
  message(writer, 5, objectOf(parameter['schema']), encodeSchema);
};

/** Parameters that are not in the body, by their place: the field and its writer. */
const places: Readonly<Record<string, readonly [number, Encode<Json>]>> = {
  query: [3, encodeQueryParameter],
  path: [4, encodePathParameter],
};

/** An item of parameters: a parameter, not a reference to one. */
const encodeParameter: Encode<Json> = (parameter, writer) =>
  message(writer, 1, parameter, (inner, either) => {
    const place = places[String(inner['in'])];
    if (place) message(either, 2, inner, (item, others) => message(others, place[0], item, place[1]));
    else message(either, 1, inner, encodeBodyParameter);
  });

/** A response, not a reference to one, whose schema is one of an object, not of a file. */
const encodeResponse: Encode<Json> = (response, writer) =>
  message(writer, 1, response, (item, inner) => {
    text(inner, 1, item['description']);
    if (item['schema'])
      message(inner, 2, objectOf(item['schema']), (schema, either) => message(either, 1, schema, encodeSchema));
  });

const encodeOperation: Encode<Json> = (operation, writer) => {
  for (const tag of (operation['tags'] as string[] | undefined) ?? []) text(writer, 1, tag);
  text(writer, 3, operation['description']);
  text(writer, 5, operation['operationId']);
  for (const media of (operation['produces'] as string[] | undefined) ?? []) text(writer, 6, media);
  for (const media of (operation['consumes'] as string[] | undefined) ?? []) text(writer, 7, media);
  for (const parameter of listOf(operation['parameters'])) message(writer, 8, objectOf(parameter), encodeParameter);
  message(writer, 9, operation['responses'], (responses, inner) => named(inner, 1, responses, encodeResponse));
  for (const scheme of listOf(operation['schemes'])) text(writer, 10, scheme);
  extensions(writer, 13, operation);
};

const methods: readonly (readonly [string, number])[] = [
  ['get', 2],
  ['put', 3],
  ['post', 4],
  ['delete', 5],
  ['options', 6],
  ['head', 7],
  ['patch', 8],
];

const encodePath: Encode<Json> = (path, writer) => {
  for (const [method, field] of methods)
    if (path[method]) message(writer, field, objectOf(path[method]), encodeOperation);
  for (const parameter of listOf(path['parameters'])) message(writer, 9, objectOf(parameter), encodeParameter);
};

/** What is needed of requests: names of schemes, none of which has scopes. */
const encodeRequirement: Encode<Json> = (requirement, writer) => named(writer, 1, requirement, () => undefined);

/** A scheme by which a key is sent. */
const encodeApiKey: Encode<Json> = (scheme, writer) =>
  message(writer, 2, scheme, (item, inner) => {
    text(inner, 1, item['type']);
    text(inner, 2, item['name']);
    text(inner, 3, item['in']);
    text(inner, 4, item['description']);
  });

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
  for (const requirement of listOf(value['security'])) message(writer, 12, objectOf(requirement), encodeRequirement);
  message(writer, 13, value['securityDefinitions'], (schemes, inner) => named(inner, 1, schemes, encodeApiKey));
  return writer.finish();
}
