import { isScalar, jsonFields, messageSchema, type FieldSchema } from '@skiff/apimachinery';
import { elementDefault, fieldDefault } from './defaults';

export type Schema = Record<string, unknown>;

/** The name under which a message stands in upstream's OpenAPI documents. */
export function definitionName(message: string): string {
  return message
    .replace(/^k8s\.io\./, 'io.k8s.')
    .replace('io.k8s.apiextensions_apiserver.', 'io.k8s.apiextensions-apiserver.')
    .replace('io.k8s.kube_aggregator.', 'io.k8s.kube-aggregator.');
}

const scalars: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  bool: { type: 'boolean' },
  double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
};

/** The schemas of messages, each added when it is first referred to. */
export class Definitions {
  readonly schemas: Record<string, Schema> = {};

  constructor(
    private readonly reference: string,
    readonly version: 2 | 3,
  ) {}

  /** A reference to a message's schema, which is added with all that it refers to. */
  refer(message: string): Schema {
    return this.add(definitionName(message), () => this.define(message));
  }

  /** The same for a schema that is no message's. */
  add(name: string, define: () => Schema): Schema {
    if (!(name in this.schemas)) {
      this.schemas[name] = {};
      this.schemas[name] = define();
    }
    return { $ref: `${this.reference}${name}` };
  }

  private define(message: string): Schema {
    const { doc, kind, codec, mapType } = messageSchema(message);
    const description = doc ? { description: doc } : {};
    const special = this.codecSchema(codec, message);
    if (special) return { ...description, ...special };
    const properties: Record<string, Schema> = kind
      ? {
          apiVersion: { type: 'string', description: 'Group and version of the kind.' },
          kind: { type: 'string', description: 'What the object is.' },
        }
      : {};
    const required: string[] = [];
    for (const [name, field] of jsonFields(message)) {
      properties[name] = this.property(field);
      if (field.required) required.push(name);
    }
    return {
      ...description,
      type: 'object',
      ...(Object.keys(properties).length ? { properties } : {}),
      ...(required.length ? { required } : {}),
      ...(mapType ? { 'x-kubernetes-map-type': mapType } : {}),
      ...(kind
        ? { 'x-kubernetes-group-version-kind': [{ group: kind.group, kind: kind.kind, version: kind.version }] }
        : {}),
    };
  }

  private codecSchema(codec: string | undefined, message: string): Schema | undefined {
    switch (codec) {
      case 'quantity':
        return this.version === 3 ? { oneOf: [{ type: 'string' }, { type: 'number' }] } : { type: 'string' };
      case 'int-or-string':
        return this.version === 3
          ? { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] }
          : { type: 'string', format: 'int-or-string' };
      case 'time':
        return { type: 'string', format: 'date-time' };
      case 'duration':
        return { type: 'string' };
      case 'raw-json':
        return message.endsWith('.JSON') ? {} : { type: 'object' };
      case 'json-schema-props':
        return {};
      default:
        return undefined;
    }
  }

  private property(field: FieldSchema): Schema {
    const shape: Schema =
      field.label === 'list'
        ? { type: 'array', items: this.element(field) }
        : field.label === 'map'
          ? { type: 'object', additionalProperties: this.element(field) }
          : { ...this.wrapped(this.value(field), this.version === 3), ...this.default(fieldDefault(field)) };
    return {
      ...shape,
      ...(field.doc ? { description: field.doc } : {}),
      ...(field.enum && !field.label ? { enum: field.enum } : {}),
      ...(field.listType ? { 'x-kubernetes-list-type': field.listType } : {}),
      ...(field.listMapKeys ? { 'x-kubernetes-list-map-keys': field.listMapKeys } : {}),
      ...(field.mapType ? { 'x-kubernetes-map-type': field.mapType } : {}),
      ...(field.patchStrategy ? { 'x-kubernetes-patch-strategy': field.patchStrategy.join(',') } : {}),
      ...(field.patchMergeKey ? { 'x-kubernetes-patch-merge-key': field.patchMergeKey } : {}),
    };
  }

  /** What a list or map has several of. */
  private element(field: FieldSchema): Schema {
    const value = { ...this.value(field), ...(field.enum ? { enum: field.enum } : {}) };
    const initial = this.default(elementDefault(field));
    return { ...this.wrapped(value, 'default' in initial), ...initial };
  }

  private value({ type, format }: FieldSchema): Schema {
    if (isScalar(type)) return { ...scalars[type], ...(format ? { format } : {}) };
    // A list of texts that has a name of its own has no schema of its own.
    return messageSchema(type).codec === 'string-list' ? this.texts() : this.refer(type);
  }

  private texts(): Schema {
    return { type: 'array', items: { type: 'string', ...this.default('') } };
  }

  /** A reference stands alone in version 2; in version 3 it is wrapped where something is to be said of it. */
  private wrapped(value: Schema, described: boolean): Schema {
    return '$ref' in value && described ? { allOf: [value] } : value;
  }

  /** Version 2 shows no defaults, as upstream's does not: its clients would send them. */
  private default(value: unknown): Schema {
    return this.version === 3 && value !== undefined ? { default: value } : {};
  }
}
