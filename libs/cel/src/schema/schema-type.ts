import {
  boolType,
  doubleType,
  intType,
  type ListType,
  mapType,
  type ObjectField,
  type ObjectType,
  stringType,
  type Type,
} from '../types/type';
import { escapeName, isKeyword } from './escape';
import { isEmbedded, type OpenApiSchema, valueSchema, withTypeAndObjectMeta } from './openapi-schema';
import { maxItemsOf, maxPropertiesOf, maxTextSize } from './sizes';

export interface SchemaTypeOptions {
  /** What messages call the type; types below it are called by their paths. `selfType` by default. */
  readonly name?: string;
  /** Whether the schema is of a whole resource, of which expressions always see kind, apiVersion and metadata's name. */
  readonly isResourceRoot?: boolean;
}

/**
 * The type of the values of a schema. Undefined for what expressions do not see: values of no known type, such as those
 * whose fields are preserved unknown, unless they are objects. Objects are looked into field by field, when an
 * expression names them. Upstream: k8s.io/apiserver/pkg/cel/common/schemas.go, SchemaDeclType.
 */
export function schemaType(schema: OpenApiSchema, options: SchemaTypeOptions = {}): Type | undefined {
  return typeOf(schema, options.name ?? 'selfType', options.isResourceRoot ?? isEmbedded(schema));
}

function typeOf(schema: OpenApiSchema, name: string, isRoot: boolean): Type | undefined {
  if (schema['x-kubernetes-int-or-string']) return { kind: 'dyn', maxSize: maxTextSize(schema) };
  if (isRoot) return objectOf(withTypeAndObjectMeta(schema), name);
  switch (schema.type) {
    case 'array':
      return listOf(schema, name);
    case 'object':
      return mapOf(schema, name) ?? (valueSchema(schema) ? undefined : objectOf(schema, name));
    case 'string':
      return { kind: textKind(schema.format), maxSize: maxTextSize(schema) };
    case 'boolean':
      return boolType;
    case 'number':
      return doubleType;
    case 'integer':
      return intType;
    default:
      return undefined;
  }
}

function textKind(format: string | undefined): 'bytes' | 'duration' | 'timestamp' | 'string' {
  if (format === 'byte') return 'bytes';
  if (format === 'duration') return 'duration';
  return format === 'date' || format === 'date-time' ? 'timestamp' : 'string';
}

function listOf(schema: OpenApiSchema, name: string): Type | undefined {
  const { items } = schema;
  const element = items && typeOf(items, `${name}.@idx`, isEmbedded(items));
  if (!items || !element) return undefined;
  const kind = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'];
  const list: ListType = { kind: 'list', element, maxSize: maxItemsOf(schema, items) };
  if (kind === 'set') return { ...list, semantics: kind };
  return kind === 'map' && keys ? { ...list, semantics: kind, mapKeys: keys } : list;
}

function mapOf(schema: OpenApiSchema, name: string): Type | undefined {
  const values = valueSchema(schema);
  const value = values && typeOf(values, `${name}.@elem`, isEmbedded(values));
  return values && value && mapType(stringType, value, maxPropertiesOf(schema, values));
}

function objectOf(schema: OpenApiSchema, name: string): ObjectType {
  const fields = new SchemaFields(schema.properties ?? {}, name);
  return { kind: 'object', name, field: (field) => fields.find(field) };
}

/** The fields of an object, made when they are asked for. */
class SchemaFields {
  private readonly names = new Map<string, string>();
  private readonly fields = new Map<string, ObjectField | undefined>();

  constructor(
    private readonly properties: Readonly<Record<string, OpenApiSchema>>,
    private readonly owner: string,
  ) {
    for (const jsonName of Object.keys(properties)) {
      const escaped = escapeName(jsonName);
      if (escaped !== undefined) this.names.set(escaped, jsonName);
    }
  }

  find(name: string): ObjectField | undefined {
    if (this.fields.has(name)) return this.fields.get(name);
    const field = this.make(name);
    // Whatever others ask for is not kept: they may ask for anything.
    if (field) this.fields.set(name, field);
    return field;
  }

  /** A keyword after a dot is no keyword. */
  private make(name: string): ObjectField | undefined {
    const escaped = isKeyword(name) ? `__${name}__` : name;
    const jsonName = this.names.get(escaped);
    const schema = jsonName === undefined ? undefined : this.properties[jsonName];
    if (jsonName === undefined || !schema) return undefined;
    const type = typeOf(schema, `${this.owner}.${escaped}`, isEmbedded(schema));
    return type && { jsonName, type };
  }
}
