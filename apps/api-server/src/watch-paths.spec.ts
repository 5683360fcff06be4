import { type TestAnswer, startTestServer, type TestServer } from './golden/server';

describe('The paths that are for watching alone', () => {
  let server: TestServer;
  const maps = 'namespaces/default/configmaps';
  const send = async (method: string, path: string, body?: object): Promise<TestAnswer> =>
    server.send({
      method,
      path: `/api/v1/${path}`,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const names = ({ body }: TestAnswer): string[] =>
    body
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { type: string; object: { metadata: { name: string } } })
      .map(({ type, object }) => `${type} ${object.metadata.name}`)
      .filter((line) => !line.includes('kube-root-ca'));

  beforeAll(async () => {
    server = await startTestServer();
    for (const name of ['a', 'b']) await send('POST', maps, { metadata: { name } });
  }, 30_000);
  afterAll(() => server.close());

  it.each([
    ['a namespace', `watch/${maps}`, ['ADDED a', 'ADDED b']],
    ['all namespaces', 'watch/configmaps?fieldSelector=metadata.namespace%3Ddefault', ['ADDED a', 'ADDED b']],
    ['one name', `watch/${maps}/b`, ['ADDED b']],
    ['one name that is selected as well', `watch/${maps}/b?fieldSelector=metadata.name%3Db`, ['ADDED b']],
    ['one namespace', 'watch/namespaces/default', ['ADDED default']],
  ])('watch %s', async (_, path, events) => {
    expect(names(await send('GET', `${path}${path.includes('?') ? '&' : '?'}timeoutSeconds=1`))).toEqual(events);
  });

  it('refuse a name that is not the selected one', async () => {
    const { status, body } = await send('GET', `watch/${maps}/b?fieldSelector=metadata.name%3Da`);
    expect([status, body]).toEqual([400, expect.stringContaining("metadata.name doesn't match requested name")]);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('do nothing else by %s', async (method) => {
    const { status } = await send(method, `watch/${maps}${method === 'POST' ? '' : '/a'}`, { metadata: { name: 'c' } });
    expect(status).toBe(405);
    expect(names(await send('GET', `watch/${maps}?timeoutSeconds=1`))).toEqual(['ADDED a', 'ADDED b']);
  });

  it('lead to no subresource', async () => {
    expect((await send('GET', 'watch/namespaces/default/pods/p/log')).status).toBe(404);
    expect((await send('GET', `watch/${maps}/a/status`)).status).toBe(404);
  });
});
