import { eventually } from '@skiff/testing';
import { startTestServer, type TestAnswer, type TestServer } from '../golden/server';
import { gadgetResource, widgetResource } from './widgets';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const group = '/apis/example.com/v1';
const widgets = `${group}/namespaces/default/widgets`;
const service = '/apis/apiregistration.k8s.io/v1/apiservices/v1.example.com';

describe('A running server', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
  }, 30_000);
  afterAll(() => server.close());

  const get = (path: string, accept?: string): Promise<TestAnswer> =>
    server.send({ method: 'GET', path, headers: accept === undefined ? {} : { accept } });
  const json = async (path: string, accept?: string): Promise<unknown> =>
    JSON.parse((await get(path, accept)).body) as unknown;
  const post = (path: string, body: object): Promise<TestAnswer> => {
    const headers = { 'content-type': 'application/json' };
    return server.send({ method: 'POST', path, headers, body: JSON.stringify(body) });
  };

  /** All that tells clients what is served. */
  const documents = async () => {
    const [plain, all, root, v2, v3] = await Promise.all([
      get('/apis'),
      get('/apis', aggregated),
      get('/'),
      get('/openapi/v2'),
      get('/openapi/v3'),
    ]);
    return [plain, all, root, v2, v3].map(({ body }) => /(apis\/|"name": ?")example\.com/.test(body));
  };
  /** What the documents of OpenAPI are named by. */
  const urls = async (): Promise<Record<string, { serverRelativeURL: string }>> =>
    ((await json('/openapi/v3')) as { paths: Record<string, { serverRelativeURL: string }> }).paths;

  /** Reads until it is told that there is nothing; how often it was answered before, and what it was told then. */
  const readUntilGone = async (path: string): Promise<{ answers: number; last: TestAnswer }> => {
    for (let answers = 0; ; answers += 1) {
      const last = await get(path);
      if (last.status !== 200) return { answers, last };
    }
  };

  it('serves what is installed, tells of it, and ends it cleanly for those who use it', async () => {
    expect(await get(widgets)).toMatchObject({ status: 404, body: '404 page not found\n' });
    expect(await documents()).toEqual([false, false, false, false, false]);
    const [before, whole] = [await urls(), await get('/openapi/v2')];

    const [forWidgets, forGadgets] = [new AbortController(), new AbortController()];
    server.install([widgetResource], forWidgets.signal);
    expect(await documents()).toEqual([true, true, true, true, true]);
    expect(await json(group)).toMatchObject({ resources: [{ name: 'widgets', kind: 'Widget' }, {}] });
    const first = (await urls())['apis/example.com/v1']?.serverRelativeURL;
    server.install([gadgetResource], forGadgets.signal);
    expect(await json(group)).toMatchObject({
      resources: [{ name: 'gadgets' }, { name: 'widgets' }, { name: 'widgets/status' }],
    });
    expect((await urls())['apis/example.com/v1']?.serverRelativeURL).not.toBe(first);

    const watching = get(`${widgets}?watch=1`);
    const reading = readUntilGone(widgets);
    expect((await post(widgets, { metadata: { name: 'w' }, spec: { size: 1 } })).status).toBe(201);
    await eventually(async () =>
      expect((await json(widgets)) as object).toMatchObject({ items: [{ spec: { size: 1 } }] }),
    );
    forWidgets.abort();

    const { status, body } = await watching;
    const events = body
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect([status, events]).toEqual([200, ['ADDED']]);
    const { answers, last } = await reading;
    expect(answers).toBeGreaterThan(0);
    // Its version is still there.
    expect(last.status).toBe(404);
    expect(JSON.parse(last.body)).toMatchObject({
      kind: 'Status',
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
    });
    expect((await post(widgets, { metadata: { name: 'x' } })).status).toBe(404);

    forGadgets.abort();
    expect(await get(widgets)).toMatchObject({ status: 404, body: '404 page not found\n' });
    expect((await get(group)).status).toBe(404);
    expect(await documents()).toEqual([false, false, false, false, false]);
    expect(await urls()).toEqual(before);
    expect((await get('/openapi/v2')).body).toBe(whole.body);
  }, 60_000);

  it('keeps an APIService for what comes, for as long as that is there', async () => {
    const lifetime = new AbortController();
    server.install([widgetResource], lifetime.signal);
    const there = () =>
      eventually(async () =>
        expect((await json(service)) as object).toMatchObject({
          metadata: { name: 'v1.example.com', labels: { 'kube-aggregator.kubernetes.io/automanaged': 'true' } },
          spec: { group: 'example.com', version: 'v1', groupPriorityMinimum: 1000, versionPriority: 100 },
          status: { conditions: [{ type: 'Available', status: 'True', reason: 'Local' }] },
        }),
      );
    await there();
    await server.send({ method: 'DELETE', path: service, headers: {} });
    await there();
    lifetime.abort();
    await eventually(async () => expect((await get(service)).status).toBe(404));
    expect((await get('/apis/apiregistration.k8s.io/v1/apiservices/v1.apps')).status).toBe(200);
  }, 60_000);

  it('leaves alone what somebody else made of an APIService', async () => {
    const spec = { group: 'example.com', version: 'v1', groupPriorityMinimum: 10, versionPriority: 10 };
    await post('/apis/apiregistration.k8s.io/v1/apiservices', { metadata: { name: 'v1.example.com' }, spec });
    const lifetime = new AbortController();
    server.install([widgetResource], lifetime.signal);
    // What comes after it is registered after it.
    const other = new AbortController();
    server.install([{ ...gadgetResource, kind: { ...gadgetResource.kind, group: 'other.example.com' } }], other.signal);
    await eventually(async () => expect((await get(service.replace('v1.', 'v1.other.'))).status).toBe(200));
    expect(await json(service)).toMatchObject({ spec });
    lifetime.abort();
    other.abort();
    await eventually(async () => expect((await get(service.replace('v1.', 'v1.other.'))).status).toBe(404));
    expect((await get(service)).status).toBe(200);
  }, 60_000);
});
