import type { FieldSchema, ListSchema, MapType, ObjectSchema, ValueSchema } from '@skiff/apimachinery';
import type { Schema } from '../structure/structure';
import { describeObject } from './documents';
import { metadataField } from './metadata-field';

/** What nothing is known of. */
const deduced: ValueSchema = { type: 'any', deduced: true };

/** What is known of the objects of a custom resource, as patches, the owners of fields and documents need it. */
export function objectSchemaOf(
  schema: Schema | undefined,
  kind: { readonly group: string; readonly version: string; readonly kind: string },
  selectable: readonly string[] = [],
): ObjectSchema {
  const { properties = {} } = schema ?? {};
  const required = new Set(schema?.required);
  const own = Object.entries(properties).filter(([name]) => !['apiVersion', 'kind', 'metadata'].includes(name));
  const fields = [metadataField(properties['metadata']), ...own.map(([name, one]) => fieldOf(name, one, required))];
  const preserves = schema === undefined || schema['x-kubernetes-preserve-unknown-fields'] === true;
  return {
    type: 'object',
    name: `${kind.group.split('.').reverse().join('.')}.${kind.version}.${kind.kind}`,
    doc: schema?.description,
    kind,
    ...(preserves ? { unknownFields: deduced } : {}),
    fields: new Map(fields.map((field) => [field.name, field])),
    document: {
      describe: (form) => describeObject(schema ?? preserving, form),
      extensions: selectable.length
        ? { 'x-kubernetes-selectable-fields': selectable.map((fieldPath) => ({ fieldPath })) }
        : {},
    },
  };
}

const preserving: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

function fieldOf(name: string, schema: Schema, required: ReadonlySet<string>): FieldSchema {
  return {
    name,
    value: valueSchemaOf(schema),
    doc: schema.description,
    required: required.has(name),
    nullable: schema.nullable,
    ...(schema.default === undefined ? {} : { default: schema.default }),
  };
}

/** Fields are made when they are asked for: most of a schema is never needed. */
function valueSchemaOf(schema: Schema): ValueSchema {
  if (schema['x-kubernetes-int-or-string']) return { type: 'int-or-string', doc: schema.description };
  switch (schema.type) {
    case 'object':
      return objectOf(schema);
    case 'array':
      return listOf(schema);
    case 'string':
      return { type: 'string', doc: schema.description, format: schema.format };
    case 'boolean':
      return { type: 'bool', doc: schema.description };
    case 'integer':
      return { type: 'int64', doc: schema.description, format: schema.format };
    case 'number':
      return { type: 'double', doc: schema.description, format: schema.format };
    default:
      return anyValue(schema);
  }
}

const anyValue = ({ description }: Schema): ValueSchema => ({ type: 'any', doc: description, deduced: true });

function objectOf(schema: Schema): ValueSchema {
  const { properties, additionalProperties } = schema;
  const preserves = schema['x-kubernetes-preserve-unknown-fields'] === true;
  const mapType = schema['x-kubernetes-map-type'] as MapType | undefined;
  if (additionalProperties) return mapOf(additionalProperties, mapType);
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  if (preserves && !properties && !embedded) return mapType === 'atomic' ? { type: 'any' } : anyValue(schema);
  let fields: ReadonlyMap<string, FieldSchema> | undefined;
  return {
    type: 'object',
    doc: schema.description,
    mapType,
    ...(preserves ? { unknownFields: deduced } : {}),
    get fields() {
      return (fields ??= fieldsOf(schema, embedded));
    },
  };
}

function fieldsOf({ properties = {}, required }: Schema, embedded: boolean): ReadonlyMap<string, FieldSchema> {
  const needed = new Set(required);
  const all = Object.entries(properties).map(([name, one]) => fieldOf(name, one, needed));
  const fields = new Map(all.map((field) => [field.name, field]));
  if (!embedded) return fields;
  for (const name of ['apiVersion', 'kind']) fields.set(name, { name, value: { type: 'string' } });
  return fields.set('metadata', metadataField(properties['metadata']));
}

function mapOf(entries: Schema | true, mapType: MapType | undefined): ValueSchema {
  return { type: 'map', element: entries === true ? deduced : valueSchemaOf(entries), mapType };
}

function listOf(schema: Schema): ValueSchema {
  const { items } = schema;
  return {
    type: 'list',
    element: items === undefined || Array.isArray(items) ? deduced : valueSchemaOf(items),
    listType: schema['x-kubernetes-list-type'] as ListSchema['listType'],
    listMapKeys: schema['x-kubernetes-list-map-keys'],
  };
}
