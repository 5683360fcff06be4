import { silentLogger, systemClock } from '@skiff/platform';
import { MemoryStore } from '@skiff/storage-memory';
import { startTestServer, type TestServer } from './golden/server';

type Answer = Awaited<ReturnType<TestServer['send']>>;

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** A definition, with a group of its own for each number. */
function definition(number: number): { readonly group: string; readonly body: object } {
  const group = `g${number}.example.com`;
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object' } } } };
  return {
    group,
    body: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `things.${group}` },
      spec: {
        ...{ group, scope: 'Cluster', names: { plural: 'things', kind: 'Thing' } },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    },
  };
}

function call(server: TestServer, method: string, path: string, body?: object): Promise<Answer> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  return server.send({ method, path, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
}

const create = (server: TestServer, group: string, name: string): Promise<Answer> =>
  call(server, 'POST', `/apis/${group}/v1/things`, { apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name } });

const isEstablished = (text: string): boolean => /"type":"Established","status":"True"/.test(text);

async function established(server: TestServer, name: string): Promise<void> {
  for (;;) {
    const { body } = await call(server, 'GET', `${definitions}/${name}`);
    if (isEstablished(body)) return;
  }
}

describe('custom resources', () => {
  const store = new MemoryStore({ clock: systemClock, logger: silentLogger });
  let servers: readonly [TestServer, TestServer];

  beforeAll(async () => {
    servers = [await startTestServer({ store }), await startTestServer({ store })];
  }, 60_000);

  afterAll(async () => {
    for (const server of servers) await server.close();
  });

  it('are served the moment they are seen to be established, by every server, 1000 times of 1000', async () => {
    const answers: number[] = [];
    const one = async (number: number): Promise<void> => {
      const { group, body } = definition(number);
      const [first, second] = number % 2 ? servers : [servers[1], servers[0]];
      await call(first, 'POST', definitions, body);
      await established(first, `things.${group}`);
      const created = await Promise.all([create(first, group, 'a'), create(second, group, 'b')]);
      answers.push(...created.map(({ status }) => status));
      const deleted = await call(first, 'DELETE', `${definitions}/things.${group}`);
      answers.push(deleted.status);
    };
    for (let from = 0; from < 1_000; from += 20) await Promise.all(Array.from({ length: 20 }, (_, i) => one(from + i)));
    const count = (status: number): number => answers.filter((answer) => answer === status).length;
    expect({ created: count(201), deleted: count(200), all: answers.length }).toEqual({
      ...{ created: 2_000, deleted: 1_000, all: 3_000 },
    });
  }, 240_000);

  it('are gone, with their objects, once their definition is deleted', async () => {
    const [server, other] = servers;
    const { group, body } = definition(5_000);
    const name = `things.${group}`;
    await call(server, 'POST', definitions, body);
    await established(server, name);
    expect(await create(server, group, 'a')).toMatchObject({ status: 201 });
    await call(server, 'DELETE', `${definitions}/${name}`);
    while ((await call(server, 'GET', `${definitions}/${name}`)).status !== 404);
    expect(await call(server, 'GET', `/apis/${group}/v1/things`)).toMatchObject({ status: 404 });
    await call(other, 'POST', definitions, body);
    await established(other, name);
    const list = await call(other, 'GET', `/apis/${group}/v1/things`);
    expect(JSON.parse(list.body)).toMatchObject({ items: [] });
  });
});
