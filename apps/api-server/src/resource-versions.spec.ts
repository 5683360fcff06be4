import type { metav1 } from '@skiff/contracts';
import { startTestServer, type TestServer } from './golden/server';

const token = (parts: object): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

describe('The version that a read names', () => {
  let server: TestServer;
  const maps = '/api/v1/namespaces/default/configmaps';
  const call = async (method: string, path: string, body?: object) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await server.send({ method, path, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    return { status: answer.status, object: JSON.parse(answer.body) as metav1.Status };
  };
  const refused = async (method: string, path: string): Promise<unknown[]> => {
    const { status, object } = await call(method, path);
    return [status, object.message];
  };

  beforeAll(async () => {
    server = await startTestServer();
    await call('POST', maps, { metadata: { name: 'kept' } });
  }, 30_000);
  afterAll(() => server.close());

  const noNumber = 'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax';
  const tooLarge = (digits: string): string =>
    `resourceVersion: Invalid value: "${digits}": strconv.ParseUint: parsing "${digits}": value out of range`;

  it.each([
    [maps, 'resourceVersion=x', 400, `invalid resource version: ${noNumber}`],
    [maps, 'resourceVersion=x&limit=1', 400, `invalid resource version: ${noNumber}`],
    [maps, 'resourceVersion=x&resourceVersionMatch=Exact', 400, `invalid resource version: ${noNumber}`],
    [
      maps,
      'resourceVersion=18446744073709551616',
      400,
      `invalid resource version: ${tooLarge('18446744073709551616')}`,
    ],
    [`${maps}/kept`, 'resourceVersion=x', 500, noNumber],
    [`${maps}/kept`, 'resourceVersion=99999999999999999999', 500, tooLarge('99999999999999999999')],
    [maps, 'watch=1&resourceVersion=x', 500, noNumber],
  ])('is refused where it is no number: %s?%s', async (path, query, status, message) => {
    expect(await refused('GET', `${path}?${query}`)).toEqual([status, message]);
  });

  it.each([
    [maps, 'resourceVersion=00018446744073709551615'],
    [maps, 'resourceVersion=18446744073709551615&resourceVersionMatch=Exact'],
    [maps, `continue=${token({ v: 'meta.k8s.io/v1', rv: '18446744073709551615', after: '/x' })}`],
    [`${maps}/kept`, 'resourceVersion=18446744073709551615'],
  ])('times out where it is still to come: %s?%s', async (path, query) => {
    const [status, message] = await refused('GET', `${path}?${query}`);
    expect([status, message]).toEqual([
      504,
      expect.stringMatching(/^Timeout: Too large resource version: 18446744073709551615, current: \d+$/),
    ]);
  });

  const noRevision = 'incorrect encoded start resourceVersion (version meta.k8s.io/v1)';
  it.each<[object, string]>([
    [{ v: 'v2', rv: '1', after: '/x' }, 'server does not recognize this encoded version v2'],
    [{ rv: '1', after: '/x' }, 'server does not recognize this encoded version '],
    [{ v: 'meta.k8s.io/v1', rv: 'x', after: '/x' }, noRevision],
    [{ v: 'meta.k8s.io/v1', rv: '0', after: '/x' }, noRevision],
    [{ v: 'meta.k8s.io/v1', rv: '-1', after: '/x' }, noRevision],
    [{ v: 'meta.k8s.io/v1', rv: '18446744073709551616', after: '/x' }, noRevision],
    [{ v: 'meta.k8s.io/v1', rv: 1, after: '/x' }, noRevision],
    [{ v: 'meta.k8s.io/v1', rv: '1', after: '' }, 'encoded start key empty (version meta.k8s.io/v1)'],
  ])('is refused with a token of a page that is none: %j', async (parts, why) => {
    expect(await refused('GET', `${maps}?continue=${token(parts)}`)).toEqual([
      400,
      `invalid continue token: continue key is not valid: ${why}`,
    ]);
  });

  it('finds nothing by a name and a namespace longer than a key of the store may be', async () => {
    const long = 'a'.repeat(10_000);
    expect((await call('GET', `${maps}/${long}`)).status).toBe(404);
    expect((await call('DELETE', `${maps}/${long}`)).status).toBe(404);
    const { metadata } = (await call('GET', maps)).object;
    const past = `resourceVersion=${metadata?.resourceVersion}&resourceVersionMatch=Exact`;
    expect((await call('GET', `/api/v1/namespaces/${long}/configmaps?${past}`)).status).toBe(200);
    const after = token({ v: 'meta.k8s.io/v1', rv: metadata?.resourceVersion, after: long });
    expect((await call('GET', `${maps}?continue=${after}`)).status).toBe(200);
  });
});
