import { isScalar, jsonFields, messageSchema, type FieldSchema } from '../schema/schema';

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
    const name = definitionName(message);
    if (!(name in this.schemas)) {
      this.schemas[name] = {};
      this.schemas[name] = this.define(message);
    }
    return { $ref: `${this.reference}${name}` };
  }

  private define(message: string): Schema {
    const { doc, kind, codec } = messageSchema(message);
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
      properties,
      ...(required.length ? { required } : {}),
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
      case 'string-list':
        return { type: 'array', items: { type: 'string' } };
      case 'raw-json':
        return message.endsWith('.JSON') ? {} : { type: 'object' };
      case 'json-schema-props':
        return {};
      default:
        return undefined;
    }
  }

  private property(field: FieldSchema): Schema {
    const value = isScalar(field.type)
      ? { ...scalars[field.type], ...(field.format ? { format: field.format } : {}) }
      : this.refer(field.type);
    // A reference stands alone in version 2; in version 3 it is wrapped, so that it can have a description.
    const wrapped = !isScalar(field.type) && this.version === 3 && !field.label ? { allOf: [value] } : value;
    const shape: Schema =
      field.label === 'list'
        ? { type: 'array', items: value }
        : field.label === 'map'
          ? { type: 'object', additionalProperties: value }
          : wrapped;
    return {
      ...shape,
      ...(field.doc ? { description: field.doc } : {}),
      ...(field.default === undefined ? {} : { default: field.default }),
      ...(field.enum ? { enum: field.enum } : {}),
      ...(field.listType ? { 'x-kubernetes-list-type': field.listType } : {}),
      ...(field.listMapKeys ? { 'x-kubernetes-list-map-keys': field.listMapKeys } : {}),
      ...(field.mapType ? { 'x-kubernetes-map-type': field.mapType } : {}),
      ...(field.patchStrategy ? { 'x-kubernetes-patch-strategy': field.patchStrategy.join(',') } : {}),
      ...(field.patchMergeKey ? { 'x-kubernetes-patch-merge-key': field.patchMergeKey } : {}),
    };
  }
}
