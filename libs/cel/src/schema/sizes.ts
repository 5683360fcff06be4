import { isEmbedded, type OpenApiSchema, valueSchema, withTypeAndObjectMeta } from './openapi-schema';

/** In bytes. Upstream: k8s.io/apiserver/pkg/cel/limits.go. */
const maxRequestSize = 3 * 1024 * 1024;
const maxDurationSize = 32;
const maxDatetimeSize = 32;
const dateSize = 12;
const minSizes = { duration: 3, datetime: 21, text: 2, boolean: 4, number: 1, aggregate: 2 } as const;

/** How long the text of a schema can be. A code point may take four bytes. */
export function maxTextSize(schema: OpenApiSchema): number {
  if (schema.format === 'byte' && schema.maxLength !== undefined) return Math.max(0, schema.maxLength);
  if (
    schema.maxLength !== undefined &&
    schema.format !== 'duration' &&
    schema.format !== 'date' &&
    schema.format !== 'date-time'
  )
    return Math.max(0, schema.maxLength) * 4;
  if (schema['x-kubernetes-int-or-string']) return maxRequestSize - 2;
  if (schema.format === 'duration') return maxDurationSize;
  if (schema.format === 'date') return dateSize;
  if (schema.format === 'date-time') return maxDatetimeSize;
  if (schema.format !== 'byte' && schema.enum && schema.enum.length > 0)
    return Math.max(0, ...schema.enum.map((value) => (typeof value === 'string' ? Buffer.byteLength(value) : 0)));
  return maxRequestSize - 2;
}

/** How many elements of the schema fit into a request. */
export const maxItemsOf = (schema: OpenApiSchema, items: OpenApiSchema): number =>
  schema.maxItems === undefined
    ? Math.floor((maxRequestSize - 2) / (minSerializedSize(items, isEmbedded(items)) + 1))
    : Math.max(0, schema.maxItems);

export const maxPropertiesOf = (schema: OpenApiSchema, values: OpenApiSchema): number =>
  schema.maxProperties === undefined
    ? Math.floor((maxRequestSize - 2) / (minSerializedSize(values, isEmbedded(values)) + 6))
    : Math.max(0, schema.maxProperties);

/** How often a value of the schema may occur in a request, where nothing else bounds that. Upstream: MaxCardinality. */
export const maxCardinality = (schema: OpenApiSchema): number =>
  Math.floor(maxRequestSize / (minSerializedSize(schema, isEmbedded(schema)) + 1));

const known = new WeakMap<OpenApiSchema, number>();

/** The bytes that the smallest value of the schema takes in JSON. Upstream: MinSerializedSize of declared types. */
export function minSerializedSize(schema: OpenApiSchema, isRoot: boolean): number {
  const found = isRoot ? undefined : known.get(schema);
  if (found !== undefined) return found;
  const size = computeSize(isRoot ? withTypeAndObjectMeta(schema) : schema);
  if (!isRoot) known.set(schema, size);
  return size;
}

function computeSize(schema: OpenApiSchema): number {
  if (schema['x-kubernetes-int-or-string']) return minSizes.number;
  switch (schema.type) {
    case 'boolean':
      return minSizes.boolean;
    case 'number':
    case 'integer':
      return minSizes.number;
    case 'string':
      return minTextSize(schema.format);
    case 'object':
      return valueSchema(schema) ? minSizes.aggregate : minObjectSize(schema);
    default:
      return minSizes.aggregate;
  }
}

function minTextSize(format: string | undefined): number {
  if (format === 'duration') return minSizes.duration;
  if (format === 'date') return dateSize;
  return format === 'date-time' ? minSizes.datetime : minSizes.text;
}

function minObjectSize(schema: OpenApiSchema): number {
  let size: number = minSizes.aggregate;
  for (const name of schema.required ?? []) {
    const property = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
    if (!property || property.default !== undefined) continue;
    size += Buffer.byteLength(name) + minSerializedSize(property, isEmbedded(property)) + 4;
  }
  return size;
}
