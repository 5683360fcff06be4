import { apiVersionOf, type Kind } from '@skiff/contracts';
import type { ServedResource } from '../discovery/discovery';
import { isScalar, jsonFields, messageSchema, type FieldSchema } from '../schema/schema';

type Schema = Record<string, unknown>;

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

class Definitions {
  readonly schemas: Record<string, Schema> = {};

  constructor(
    private readonly reference: string,
    private readonly version: 2 | 3,
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

const verbsOfMethods: readonly (readonly [string, string, string])[] = [
  ['get', 'get', 'get'],
  ['put', 'update', 'put'],
  ['patch', 'patch', 'patch'],
  ['delete', 'delete', 'delete'],
];

const queryParameters = ['dryRun', 'fieldManager', 'fieldValidation'];

function operation(kind: Kind, action: string, version: 2 | 3, schema: Schema): Schema {
  const writes = action === 'post' || action === 'put' || action === 'patch';
  const parameters = writes
    ? queryParameters.map((name) => ({
        name,
        in: 'query',
        ...(version === 3 ? { schema: { type: 'string' } } : { type: 'string' }),
      }))
    : [];
  const ok =
    version === 3 ? { description: 'OK', content: { 'application/json': { schema } } } : { description: 'OK', schema };
  return {
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: kind.group, version: kind.version, kind: kind.kind },
    ...(parameters.length ? { parameters } : {}),
    ...(version === 2 ? { consumes: ['*/*'], produces: ['application/json'] } : {}),
    responses: { 200: ok },
  };
}

function pathsOf(
  resources: readonly ServedResource[],
  definitions: Definitions,
  version: 2 | 3,
): Record<string, Schema> {
  const paths: Record<string, Schema> = {};
  for (const { kind, verbs } of resources) {
    const root = kind.group ? `/apis/${apiVersionOf(kind)}` : `/api/${kind.version}`;
    const collection = kind.namespaced ? `${root}/namespaces/{namespace}/${kind.plural}` : `${root}/${kind.plural}`;
    const schema = definitions.refer(kind.message);
    const many: Schema = {};
    if (verbs.includes('list')) many['get'] = operation(kind, 'list', version, schema);
    if (verbs.includes('create')) many['post'] = operation(kind, 'post', version, schema);
    if (verbs.includes('deletecollection')) many['delete'] = operation(kind, 'deletecollection', version, schema);
    paths[collection] = many;
    if (verbs.includes('get')) {
      const one: Schema = {};
      for (const [method, verb, action] of verbsOfMethods)
        if (verbs.includes(verb)) one[method] = operation(kind, action, version, schema);
      paths[`${collection}/{name}`] = one;
    }
  }
  return paths;
}

/** The OpenAPI v3 document of a group's version. */
export function openApiV3(resources: readonly ServedResource[], group: string, version: string): object {
  const definitions = new Definitions('#/components/schemas/', 3);
  const served = resources.filter(({ kind }) => kind.group === group && kind.version === version);
  const paths = pathsOf(served, definitions, 3);
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.35.0' },
    paths,
    components: { schemas: definitions.schemas },
  };
}

/** The OpenAPI v2 document of everything, for clients that know no other. */
export function openApiV2(resources: readonly ServedResource[]): object {
  const definitions = new Definitions('#/definitions/', 2);
  const paths = pathsOf(resources, definitions, 2);
  return { swagger: '2.0', info: { title: 'Kubernetes', version: 'v1.35.0' }, paths, definitions: definitions.schemas };
}
