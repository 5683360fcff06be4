import type {
  DocumentForm,
  FieldSchema,
  ListSchema,
  MapSchema,
  MapType,
  ObjectSchema,
  ValueSchema,
} from '@skiff/apimachinery';
import { elementDefault, fieldDefault } from './defaults';

export type Schema = Record<string, unknown>;

/** The name under which a schema stands in upstream's OpenAPI documents. */
export function definitionName(name: string): string {
  return name
    .replace(/^k8s\.io\./, 'io.k8s.')
    .replace('io.k8s.apiextensions_apiserver.', 'io.k8s.apiextensions-apiserver.')
    .replace('io.k8s.kube_aggregator.', 'io.k8s.kube-aggregator.');
}

/** What has one form in both versions. */
const forms: Readonly<Partial<Record<ValueSchema['type'], Schema>>> = {
  string: { type: 'string' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  bool: { type: 'boolean' },
  double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
  time: { type: 'string', format: 'date-time' },
  'micro-time': { type: 'string', format: 'date-time' },
  duration: { type: 'string' },
};

const kindProperties: Schema = {
  apiVersion: { type: 'string', description: 'Group and version of the kind.' },
  kind: { type: 'string', description: 'What the object is.' },
};

/** The schemas that have a name, each added when it is first referred to. */
export class Definitions implements DocumentForm {
  readonly schemas: Record<string, Schema> = {};

  constructor(
    private readonly reference: string,
    readonly version: 2 | 3,
  ) {}

  /** A reference to a schema, which is added with all that it refers to; what has no name is described in place. */
  refer(schema: ValueSchema): Schema {
    if (!('name' in schema) || schema.name === undefined) return this.describe(schema);
    return this.add(definitionName(schema.name), () => this.describe(schema));
  }

  /** The same for a document's own schema. */
  add(name: string, define: () => Schema): Schema {
    if (!(name in this.schemas)) {
      this.schemas[name] = {};
      this.schemas[name] = define();
    }
    return { $ref: `${this.reference}${name}` };
  }

  private describe(schema: ValueSchema): Schema {
    switch (schema.type) {
      case 'list':
        return { type: 'array', items: this.element(schema.element), ...listKeywords(schema) };
      case 'map':
        return { type: 'object', additionalProperties: this.element(schema.element), ...mapKeyword(schema) };
      case 'object':
        return { ...documented(schema), ...this.object(schema) };
      default:
        return { ...documented(schema), ...this.form(schema) };
    }
  }

  private object(schema: ObjectSchema): Schema {
    const { document, kind } = schema;
    const own = document?.describe?.(this) ?? this.fields(schema);
    if (!kind) return own;
    const { properties, ...rest } = own;
    return {
      ...rest,
      properties: { ...kindProperties, ...(properties as Schema | undefined) },
      'x-kubernetes-group-version-kind': [{ group: kind.group, kind: kind.kind, version: kind.version }],
      ...document?.extensions,
    };
  }

  private fields({ fields, mapType }: ObjectSchema): Schema {
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const [name, field] of fields) {
      properties[name] = this.property(field);
      if (field.required) required.push(name);
    }
    return {
      type: 'object',
      ...(Object.keys(properties).length ? { properties } : {}),
      ...(required.length ? { required } : {}),
      ...mapKeyword({ mapType }),
    };
  }

  private form(schema: Exclude<ValueSchema, ObjectSchema | ListSchema | MapSchema>): Schema {
    const isV3 = this.version === 3;
    switch (schema.type) {
      case 'quantity':
        return isV3 ? { oneOf: [{ type: 'string' }, { type: 'number' }] } : { type: 'string' };
      case 'int-or-string':
        return isV3
          ? { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] }
          : { type: 'string', format: 'int-or-string' };
      case 'any':
        return schema.object ? { type: 'object' } : {};
      case 'union':
        return {};
      default:
        return { ...forms[schema.type], ...(schema.format ? { format: schema.format } : {}), ...listKeywords(schema) };
    }
  }

  property(field: FieldSchema): Schema {
    const { value, doc } = field;
    const isCollection = value.type === 'list' || value.type === 'map';
    const shape = isCollection ? this.describe(value) : this.wrapped(this.refer(value), this.version === 3);
    return {
      ...shape,
      ...this.default(fieldDefault(field)),
      ...(doc ? { description: doc } : {}),
      ...('enum' in value && value.enum ? { enum: value.enum } : {}),
      ...mapKeyword(field),
      ...(field.patchStrategy ? { 'x-kubernetes-patch-strategy': field.patchStrategy.join(',') } : {}),
      ...(field.patchMergeKey ? { 'x-kubernetes-patch-merge-key': field.patchMergeKey } : {}),
    };
  }

  /** What a list or map has several of. */
  private element(schema: ValueSchema): Schema {
    const value = { ...this.refer(schema), ...('enum' in schema && schema.enum ? { enum: schema.enum } : {}) };
    // Nothing is said of what is described elsewhere.
    const described = schema.type === 'object' && schema.document;
    const initial = described ? {} : this.default(elementDefault(schema));
    return { ...this.wrapped(value, 'default' in initial), ...initial };
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

const documented = ({ doc }: { readonly doc?: string | undefined }): Schema => (doc ? { description: doc } : {});

interface Keywords {
  readonly listType?: ListSchema['listType'] | undefined;
  readonly listMapKeys?: readonly string[] | undefined;
}

const listKeywords = ({ listType, listMapKeys }: Keywords): Schema => ({
  ...(listType ? { 'x-kubernetes-list-type': listType } : {}),
  ...(listMapKeys ? { 'x-kubernetes-list-map-keys': listMapKeys } : {}),
});

const mapKeyword = ({ mapType }: { readonly mapType?: MapType | undefined }): Schema =>
  mapType ? { 'x-kubernetes-map-type': mapType } : {};
