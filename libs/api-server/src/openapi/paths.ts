import { apiVersionOf } from '@skiff/contracts';
import { kindSchema, schemaOf, subresourceKind, type ServedResource, type Subresource } from '@skiff/apimachinery';
import type { Definitions, Schema } from './definitions';
import type { OperationName } from './operation-kinds';
import type { Place } from './operation-names';
import { Operations, type Described } from './operations';
import { pathOf } from './parameters';

type Method = readonly [method: string, verb: string, operation: OperationName];

/** What can be done with all objects, and with one: by which method, if which verb is served. */
const collectionMethods: readonly Method[] = [
  ['get', 'list', 'list'],
  ['post', 'create', 'post'],
  ['delete', 'deletecollection', 'deletecollection'],
];
const objectMethods: readonly Method[] = [
  ['get', 'get', 'get'],
  ['put', 'update', 'put'],
  ['patch', 'patch', 'patch'],
  ['delete', 'delete', 'delete'],
];
const everywhereMethods: readonly Method[] = [['get', 'list', 'list']];
const watchListMethods: readonly Method[] = [['get', 'watch', 'watchlist']];
const watchMethods: readonly Method[] = [['get', 'watch', 'watch']];
const subresourceMethods: readonly Method[] = [
  ['get', 'get', 'get'],
  ['post', 'create', 'post'],
  ['put', 'update', 'put'],
  ['patch', 'patch', 'patch'],
];
/** What is read with options of its own, as text. */
const readMethods: readonly Method[] = [['get', 'get', 'log']];
/** What is connected to whatever the method is. */
const connectMethods: readonly Method[] = [
  ['get', 'get', 'connect'],
  ['post', 'create', 'connect'],
  ['put', 'update', 'connect'],
  ['patch', 'patch', 'connect'],
  ['delete', 'delete', 'connect'],
];
/** A proxy passes these on as well. */
const proxyMethods: readonly Method[] = [...connectMethods, ['head', 'get', 'connect'], ['options', 'get', 'connect']];

/** The paths of one resource. */
class ResourcePaths {
  readonly paths: Record<string, Schema> = {};
  private readonly operations: Operations;
  private readonly root: string;
  private readonly scope: Place['scope'];
  private readonly inNamespace: readonly string[];

  constructor(
    private readonly resource: ServedResource,
    definitions: Definitions,
  ) {
    const { kind } = resource;
    this.operations = new Operations(resource, definitions);
    this.root = kind.group ? `/apis/${apiVersionOf(kind)}` : `/api/${kind.version}`;
    this.scope = kind.namespaced ? 'namespace' : 'cluster';
    this.inNamespace = kind.namespaced ? ['namespace'] : [];
    this.describe();
  }

  private describe(): void {
    const { kind, verbs } = this.resource;
    const own = { verbs, place: { scope: this.scope } };
    const all = { verbs, place: { scope: 'all namespaces' }, path: [] } as const;
    const within = kind.namespaced ? `/namespaces/{namespace}/${kind.plural}` : `/${kind.plural}`;
    const one = { ...own, path: [...this.inNamespace, 'name'] };
    this.add(within, collectionMethods, { ...own, path: this.inNamespace });
    if (kind.namespaced) this.add(`/${kind.plural}`, everywhereMethods, all);
    this.add(`${within}/{name}`, objectMethods, one);
    for (const subresource of byName(this.resource.subresources)) this.subresource(`${within}/{name}`, subresource);
    this.add(`/watch${within}`, watchListMethods, { ...own, path: this.inNamespace });
    this.add(`/watch${within}/{name}`, watchMethods, one);
    if (kind.namespaced) this.add(`/watch/${kind.plural}`, watchListMethods, all);
  }

  private subresource(object: string, subresource: Subresource): void {
    const { name, verbs } = subresource;
    const kind = subresourceKind(subresource, this.resource.kind);
    const place: Place = { scope: this.scope, subresource: name };
    const described = { verbs, place, kind, path: [...this.inNamespace, 'name'] };
    const path = `${object}/${name}`;
    if (subresource.type !== 'connect') {
      const schema = kind === this.resource.kind ? schemaOf(this.resource.kind) : kindSchema(kind);
      return this.add(path, subresourceMethods, { ...described, schema });
    }
    const { readOptions, subpath } = subresource;
    const options = kindSchema(readOptions ?? kind);
    if (readOptions) return this.add(path, readMethods, { ...described, options });
    if (!subpath) return this.add(path, connectMethods, { ...described, options });
    this.add(path, proxyMethods, { ...described, options });
    const below = { ...described, options, place: { ...place, withPath: true }, path: [...described.path, 'path'] };
    this.add(`${path}/{path}`, proxyMethods, below);
  }

  private add(
    path: string,
    methods: readonly Method[],
    { verbs, ...described }: Omit<Described, 'name' | 'method'> & { readonly verbs: readonly string[] },
  ): void {
    const served = methods.filter(([, verb]) => verbs.includes(verb));
    if (served.length === 0) return;
    const operations = served.map(([method, , name]) => [
      method,
      this.operations.describe({ ...described, name, method }),
    ]);
    this.paths[this.root + path] = pathOf(Object.fromEntries(operations) as Record<string, Schema>);
  }
}

const byName = (subresources: ServedResource['subresources']): Subresource[] =>
  [...subresources.values()].sort((a, b) => a.name.localeCompare(b.name));

/** The paths of these resources with what can be done there. */
export const pathsOf = (resources: readonly ServedResource[], definitions: Definitions): Record<string, Schema> =>
  Object.assign({}, ...resources.map((resource) => new ResourcePaths(resource, definitions).paths)) as Record<
    string,
    Schema
  >;
