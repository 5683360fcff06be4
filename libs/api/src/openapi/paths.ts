import { apiVersionOf, Kinds, type Kind } from '@skiff/contracts';
import { subresourcesOf, type ServedResource } from '../discovery/discovery';
import { messageNames } from '../schema/schema';
import type { Definitions, Schema } from './definitions';
import { operationId, operationTag } from './operation-names';
import { queryOptions } from './parameters';

/** Method, verb and action of what can be done with one object. */
const objectOperations: readonly (readonly [string, string, string])[] = [
  ['get', 'get', 'get'],
  ['put', 'update', 'put'],
  ['patch', 'patch', 'patch'],
  ['delete', 'delete', 'delete'],
];

/** The method and action of each verb of a subresource. */
const subresourceActions = {
  get: ['get', 'get'],
  create: ['post', 'post'],
  update: ['put', 'put'],
  patch: ['patch', 'patch'],
} as const;

/** A status is described with its object; the others take over the connection, and neither take nor give an object. */
const elsewhere = new Set(['status', 'log', 'exec', 'attach', 'portforward', 'proxy']);

const kindNamed = ({ group, version, kind }: Pick<Kind, 'group' | 'version' | 'kind'>): Kind | undefined =>
  Object.values(Kinds).find((known) => known.group === group && known.version === version && known.kind === kind);

/** Those that the server takes; server-side apply is not one of them yet. */
const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

const answerTypes = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml'];

const meta = 'k8s.io.apimachinery.pkg.apis.meta.v1';

/** What one kind's operations take and give, in one version of the document. */
class Operations {
  constructor(
    private readonly kind: Kind,
    private readonly definitions: Definitions,
    /** The kind that the path is about: another one where a subresource is read and written. */
    private readonly owner: Kind = kind,
  ) {}

  describe(action: string, place: Parameters<typeof operationId>[2]): Schema {
    const { group, version, kind } = this.kind;
    const takes = this.body(action);
    const required = !action.startsWith('delete');
    const body = takes && this.definitions.version === 2 ? [{ name: 'body', in: 'body', required, schema: takes }] : [];
    const options = queryOptions(action).map(([name, type]) => this.parameter(name, 'query', type));
    const parameters = [...body.map((one) => (required ? one : omit(one, 'required'))), ...options];
    return {
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': { group, version, kind },
      operationId: operationId(this.owner, action, place),
      tags: [operationTag(this.owner)],
      ...(this.definitions.version === 2 ? { schemes: ['https'] } : {}),
      ...(parameters.length ? { parameters } : {}),
      ...this.media(action, takes, required),
      responses: { 200: this.answer(action), 401: { description: 'Unauthorized' } },
    };
  }

  parameter(name: string, place: 'query' | 'path', type = 'string'): Schema {
    const schema = { type, uniqueItems: true };
    return {
      name,
      in: place,
      ...(place === 'path' ? { required: true } : {}),
      ...(this.definitions.version === 3 ? { schema } : schema),
    };
  }

  private body(action: string): Schema | undefined {
    if (action === 'post' || action === 'put') return this.definitions.refer(this.kind.message);
    if (action.startsWith('delete')) return this.definitions.refer(`${meta}.DeleteOptions`);
    return action === 'patch' ? this.definitions.refer(`${meta}.Patch`) : undefined;
  }

  /** The forms of what is sent and given: in version 3, kubectl looks there for the patches that a kind knows. */
  private media(action: string, takes: Schema | undefined, required: boolean): Schema {
    const types = action === 'patch' ? patchTypes : ['*/*'];
    if (this.definitions.version === 2) return { consumes: types, produces: answerTypes };
    return takes ? { requestBody: { content: contentOf(types, takes), ...(required ? { required } : {}) } } : {};
  }

  private answer(action: string): Schema {
    const { message } = this.kind;
    const answers =
      action === 'list' && messageNames().includes(`${message}List`)
        ? `${message}List`
        : action === 'delete' || action === 'deletecollection'
          ? `${meta}.Status`
          : message;
    const schema = this.definitions.refer(answers);
    return {
      description: 'OK',
      ...(this.definitions.version === 3 ? { content: contentOf(answerTypes, schema) } : { schema }),
    };
  }
}

const omit = (schema: Schema, name: string): Schema =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => key !== name));

const contentOf = (types: readonly string[], schema: Schema): Schema =>
  Object.fromEntries(types.map((type) => [type, { schema }]));

/** The paths of these resources with what can be done there. */
export function pathsOf(resources: readonly ServedResource[], definitions: Definitions): Record<string, Schema> {
  const paths: Record<string, Schema> = {};
  for (const resource of resources) {
    const { kind, verbs, status } = resource;
    const operations = new Operations(kind, definitions);
    const root = kind.group ? `/apis/${apiVersionOf(kind)}` : `/api/${kind.version}`;
    const collection = kind.namespaced ? `${root}/namespaces/{namespace}/${kind.plural}` : `${root}/${kind.plural}`;
    const inNamespace = kind.namespaced ? [operations.parameter('namespace', 'path')] : [];
    const add = (path: string, parameters: readonly Schema[], described: Schema): void => {
      if (Object.keys(described).length === 0) return;
      const pretty = operations.parameter('pretty', 'query');
      paths[path] = { ...described, parameters: [...parameters, pretty] };
    };
    const scope = kind.namespaced ? 'namespace' : 'cluster';
    const many: Schema = {};
    if (verbs.includes('list')) many['get'] = operations.describe('list', { scope });
    if (verbs.includes('create')) many['post'] = operations.describe('post', { scope });
    if (verbs.includes('deletecollection')) many['delete'] = operations.describe('deletecollection', { scope });
    add(collection, inNamespace, many);
    if (kind.namespaced && verbs.includes('list'))
      add(`${root}/${kind.plural}`, [], { get: operations.describe('list', { scope: 'all namespaces' }) });
    const oneOf = (which: readonly string[], subresource = ''): Schema =>
      Object.fromEntries(
        objectOperations
          .filter(([method, verb]) => verbs.includes(verb) && which.includes(method))
          .map(([method, , action]) => [method, operations.describe(action, { scope, subresource })]),
      );
    const named = [operations.parameter('name', 'path'), ...inNamespace];
    add(`${collection}/{name}`, named, oneOf(['get', 'put', 'patch', 'delete']));
    for (const subresource of subresourcesOf(resource)) {
      const message = kindNamed(subresource.kind);
      if (elsewhere.has(subresource.name) || !message) continue;
      const own = new Operations(message, definitions, kind);
      const described = Object.entries(subresourceActions).filter(([verb]) => subresource.verbs.includes(verb));
      const place = { scope, subresource: subresource.name } as const;
      const entries = described.map(([, [method, action]]) => [method, own.describe(action, place)]);
      add(`${collection}/{name}/${subresource.name}`, named, Object.fromEntries(entries) as Schema);
    }
    if (status) add(`${collection}/{name}/status`, named, oneOf(['get', 'put', 'patch'], 'status'));
  }
  return paths;
}
