import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestServer, type TestAnswer, type TestServer } from './golden/server';

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'body';
  readonly required?: boolean;
  readonly type?: string;
  readonly schema?: { readonly type?: string };
}
interface Operation {
  readonly operationId: string;
  readonly 'x-kubernetes-action'?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean };
}
type Path = Readonly<Record<string, Operation>> & { readonly parameters?: readonly Parameter[] };
interface Property {
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly items?: Property;
  readonly additionalProperties?: Property;
}
type Schemas = Readonly<Record<string, { readonly properties?: Readonly<Record<string, Property>> }>>;
interface Document {
  readonly paths: Readonly<Record<string, Path>>;
  readonly definitions: Schemas;
  readonly components: { readonly schemas: Schemas };
}

/**
 * Every operation that the original names at 1.35, but for what is alpha or off: its method, path, name, action and
 * the options that it takes, which are named by lines that begin with `=`.
 */
const recorded = readFileSync(join(__dirname, 'fixtures/operations.tsv'), 'utf8')
  .split('\n')
  .map((line) => line.split('\t'));
const optionsByName = new Map(
  recorded.flatMap(([mark, name = '', options = '']) => (mark === '=' ? [[name, options]] : [])),
);
const operations = recorded.flatMap(([method = '', path = '', id = '', action = '', options = '']) =>
  method === '=' || path === '' ? [] : [{ method, path, id, action, options: optionsByName.get(options) }],
);

const writeOption = ({ name, in: place, type, schema, required }: Parameter): string =>
  `${name}:${place === 'body' ? 'body' : (type ?? schema?.type ?? '')}${required ? '*' : ''}`;

/** What an operation takes besides what is in its path, in one line. */
function optionsOf(path: Path, operation: Operation): string {
  const { parameters = [], requestBody } = operation;
  const body: Parameter[] = requestBody ? [{ name: 'body', in: 'body', ...requestBody }] : [];
  const all = [...body, ...parameters, ...(path.parameters ?? [])].filter((one) => one.in !== 'path');
  return all.map(writeOption).sort().join(' ');
}

const namesInPath = (path: Path): string[] =>
  (path.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);

/** What differs from the record, and how much is the same. */
function compare(paths: Document['paths']): { counts: Record<string, number>; differences: string[] } {
  const counts = { paths: 0, operations: 0, ids: 0, actions: 0, options: 0 };
  const differences: string[] = [];
  const same = (what: 'ids' | 'actions' | 'options', where: string, expected: unknown, found: unknown): void => {
    if (expected === found) counts[what] += 1;
    else differences.push(`${where}: ${what}: ${String(expected)}, not ${String(found)}`);
  };
  for (const path of new Set(operations.map((one) => one.path))) {
    if (!paths[path]) continue;
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    if (inPath.join() === namesInPath(paths[path]).sort().join()) counts.paths += 1;
    else differences.push(`${path}: its parameters are ${namesInPath(paths[path]).join()}`);
  }
  for (const { method, path, id, action, options } of operations) {
    const where = `${method} ${path}`;
    const operation = paths[path]?.[method];
    if (!operation) {
      differences.push(`${where} is missing`);
      continue;
    }
    counts.operations += 1;
    same('ids', where, id, operation.operationId);
    same('actions', where, action, operation['x-kubernetes-action'] ?? '-');
    same('options', where, options, optionsOf(paths[path] as Path, operation));
  }
  return { counts, differences };
}

/** The fields, with the definitions that they are of, and what they or their elements may be. */
const valuesIn = (schemas: Schemas): Record<string, string> =>
  Object.fromEntries(
    propertiesIn(schemas).flatMap(([name, property]) => {
      const values = property.enum ?? property.items?.enum ?? property.additionalProperties?.enum;
      return values ? [[name, values.join(' ')]] : [];
    }),
  );

/** How many properties have a default, or elements that have one. */
const defaultsIn = (schemas: Schemas): number =>
  propertiesIn(schemas).filter(([, { items, additionalProperties, ...own }]) =>
    [own, items, additionalProperties].some((one) => one?.default !== undefined),
  ).length;

const propertiesIn = (schemas: Schemas): [string, Property][] =>
  Object.entries(schemas).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties).map(([field, property]): [string, Property] => [
      `${name.replace('io.k8s.api.', '')}.${field}`,
      property,
    ]),
  );

const all = {
  paths: new Set(operations.map(({ path }) => path)).size,
  operations: operations.length,
  ids: operations.length,
  actions: operations.length,
  options: operations.length,
};

describe('The OpenAPI documents of the server', () => {
  let server: TestServer;
  const get = (path: string, method = 'GET'): Promise<TestAnswer> => server.send({ method, path, headers: {} });
  const read = async <T>(path: string): Promise<T> => JSON.parse((await get(path)).body) as T;
  const listed = async (): Promise<string[]> =>
    Object.keys((await read<{ paths: Record<string, unknown> }>('/openapi/v3')).paths);

  beforeAll(async () => {
    server = await startTestServer();
  }, 30_000);
  afterAll(() => server.close());

  it('name in version 2 what the original does, with the same options, and nothing else', async () => {
    const { paths } = await read<Document>('/openapi/v2');
    const { counts, differences } = compare(paths);
    expect(differences).toEqual([]);
    expect(counts).toEqual(all);
    expect(counts).toMatchObject({ paths: 408, operations: 814 });
    expect(Object.keys(paths)).toHaveLength(all.paths);
  });

  it('name the same in version 3, spread over a document for each path and version of a group', async () => {
    const names = await listed();
    const documents = await Promise.all(names.map((name) => read<Document>(`/openapi/v3/${name}`)));
    const paths = Object.assign({}, ...documents.map((document) => document.paths)) as Document['paths'];
    const { counts, differences } = compare(paths);
    expect(differences).toEqual([]);
    expect(counts).toEqual(all);
    for (const [index, name] of names.entries())
      for (const path of Object.keys(documents[index]?.paths ?? {})) expect(path).toMatch(`/${name}/`);
    expect(names).toEqual(expect.arrayContaining(['api', 'api/v1', 'apis', 'apis/apps', 'apis/apps/v1', 'version']));
  });

  it('list the values of fields that know no others, in both versions', async () => {
    const { definitions } = await read<Document>('/openapi/v2');
    const enums = valuesIn(definitions);
    expect(Object.keys(enums)).toHaveLength(93);
    expect(enums).toMatchObject({
      'core.v1.Container.imagePullPolicy': 'Always IfNotPresent Never',
      'core.v1.EphemeralContainer.terminationMessagePolicy': 'FallbackToLogsOnError File',
      'core.v1.PodSpec.dnsPolicy': 'ClusterFirst ClusterFirstWithHostNet Default None',
      'core.v1.ServiceSpec.type': 'ClusterIP ExternalName LoadBalancer NodePort',
      'core.v1.PersistentVolumeClaimSpec.accessModes': 'ReadOnlyMany ReadWriteMany ReadWriteOnce ReadWriteOncePod',
      'core.v1.ServicePort.protocol': 'SCTP TCP UDP',
      'apps.v1.DeploymentStrategy.type': 'Recreate RollingUpdate',
      'batch.v1.JobSpec.completionMode': 'Indexed NonIndexed',
      'networking.v1.HTTPIngressPath.pathType': 'Exact ImplementationSpecific Prefix',
      'admissionregistration.v1.RuleWithOperations.operations': '* CONNECT CREATE DELETE UPDATE',
    });
    // Whose kinds may grow is said in words alone.
    for (const name of ['core.v1.NodeCondition.type', 'core.v1.LimitRangeItem.type', 'autoscaling.v2.MetricSpec.type'])
      expect(enums).not.toHaveProperty([name]);
    const names = (await listed()).filter((name) => /\/v\d/.test(name));
    const documents = await Promise.all(names.map((name) => read<Document>(`/openapi/v3/${name}`)));
    const all = documents.map(({ components }) => valuesIn(components.schemas));
    expect(Object.assign({}, ...all)).toEqual(enums);
  });

  it('show defaults in version 3 alone', async () => {
    const { schemas } = (await read<Document>('/openapi/v3/apis/storage.k8s.io/v1')).components;
    const property = (name: string, field: string): Property | undefined =>
      schemas[`io.k8s.api.core.v1.${name}`]?.properties?.[field];
    const disk = ['cachingMode', 'fsType', 'kind', 'readOnly', 'diskName'];
    expect(disk.map((field) => property('AzureDiskVolumeSource', field)?.default)).toEqual([
      ...['ReadWrite', 'ext4', 'Shared', false, ''],
    ]);
    expect(property('CSIPersistentVolumeSource', 'driver')).toMatchObject({ default: '' });
    expect(property('CSIPersistentVolumeSource', 'fsType')).not.toHaveProperty('default');
    expect(property('CephFSPersistentVolumeSource', 'monitors')?.items).toMatchObject({ default: '' });
    expect(property('FlexPersistentVolumeSource', 'options')?.additionalProperties).toMatchObject({ default: '' });
    expect(defaultsIn((await read<Document>('/openapi/v3/api/v1')).components.schemas)).toBe(438);
    expect(defaultsIn((await read<Document>('/openapi/v2')).definitions)).toBe(0);
  });

  it('name paths of discovery that are answered', async () => {
    const discovery = operations.filter(({ action }) => action === '-');
    expect(discovery).toHaveLength(47);
    const codes = await Promise.all(discovery.map(async ({ path }) => `${path} ${(await get(path)).status}`));
    expect(codes).toEqual(discovery.map(({ path }) => `${path} 200`));
  });

  it('name paths to watch that are answered', async () => {
    const watches = operations.filter(({ action }) => action.startsWith('watch'));
    expect(watches).toHaveLength(152);
    const codes = await Promise.all(
      watches.map(async ({ path }) => {
        const url = path.replace('{namespace}', 'default').replace('{name}', 'none');
        return `${path} ${(await get(`${url}?resourceVersionMatch=Exact`)).status}`;
      }),
    );
    // A version cannot be asked for exactly in a watch, and nowhere else is that said.
    expect(codes).toEqual(watches.map(({ path }) => `${path} 422`));
  });
});
