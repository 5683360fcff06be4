import type { metav1 } from '@skiff/contracts';
import { startTestServer, type TestServer } from './golden/server';

interface Answer {
  readonly status: number;
  readonly object: metav1.Status & { kind?: string; metadata?: metav1.ObjectMeta };
}

describe('The query of a request', () => {
  let server: TestServer;
  const maps = '/api/v1/namespaces/default/configmaps';
  const call = async (method: string, path: string, body?: object): Promise<Answer> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await server.send({ method, path, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    return { status: answer.status, object: JSON.parse(answer.body.split('\n')[0] || '{}') as Answer['object'] };
  };
  const refused = async (method: string, path: string, body?: object): Promise<unknown[]> => {
    const { status, object } = await call(method, path, body);
    return [status, object.message];
  };

  beforeAll(async () => {
    server = await startTestServer();
    await call('POST', maps, { metadata: { name: 'kept' } });
  }, 30_000);
  afterAll(() => server.close());

  it('does not quote a long name of a manager for each of its mistakes', async () => {
    const { object } = await call('POST', `${maps}?fieldManager=${'%07'.repeat(20_000)}`, { metadata: { name: 'x' } });
    expect(object.details?.causes?.length).toBeLessThan(5);
  });

  it.each(['False', '0'])('lists for watch=%s', async (value) => {
    expect((await call('GET', `${maps}?watch=${value}`)).object.kind).toBe('ConfigMapList');
  });

  it.each(['True'])('watches for watch=%s', async (value) => {
    const { object } = await call('GET', `${maps}?watch=${value}&timeoutSeconds=1`);
    expect(object).toMatchObject({ type: 'ADDED' });
  });

  it.each(['True', '1'])('keeps what an owner leaves for orphanDependents=%s', async (value) => {
    await call('POST', maps, { metadata: { name: `owner-${value.toLowerCase()}` } });
    const { object } = await call('DELETE', `${maps}/owner-${value.toLowerCase()}?orphanDependents=${value}`);
    expect(object.metadata?.finalizers).toEqual(['orphan']);
  });

  it('does not keep it for orphanDependents=False', async () => {
    const { object } = await call('DELETE', `${maps}/kept?orphanDependents=False&dryRun=All`);
    expect([object.kind, object.status]).toEqual(['Status', 'Success']);
  });

  it('tells where the initial events end for sendInitialEvents=True', async () => {
    const value = 'True';
    const query = `watch=1&sendInitialEvents=${value}&allowWatchBookmarks=${value}&resourceVersionMatch=NotOlderThan&timeoutSeconds=1`;
    const { body } = await server.send({ method: 'GET', path: `${maps}?${query}`, headers: {} });
    expect(body).toContain('"k8s.io/initial-events-end":"true"');
  });

  it('gives the object that is named, whatever it says of a watch', async () => {
    expect((await call('GET', `${maps}/kept?watch=true`)).object.metadata?.name).toBe('kept');
  });

  it('watches under the old path too', async () => {
    const { object } = await call('GET', `/api/v1/watch/namespaces/default/configmaps/kept?timeoutSeconds=1`);
    expect(object).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'kept' } } });
  });

  it.each([
    ['limit=abc', 'strconv.ParseInt: parsing "abc": invalid syntax'],
    ['limit=', 'strconv.ParseInt: parsing "": invalid syntax'],
    ['limit=9223372036854775808', 'strconv.ParseInt: parsing "9223372036854775808": value out of range'],
    ['timeoutSeconds=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['watch=1&timeoutSeconds=1.5', 'strconv.ParseInt: parsing "1.5": invalid syntax'],
    ['watch=1&labelSelector=a%20%3D%3D%3D%20b', "unable to parse requirement: found '=', expected: identifier"],
    [
      'watch=1&fieldSelector=nope%3D1',
      '"nope" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
  ])('is refused before anything is sent: %s', async (query, message) => {
    expect(await refused('GET', `${maps}?${query}`)).toEqual([400, message]);
  });

  it('is refused where it says two things of the version of a page', async () => {
    for (const name of ['a', 'b']) await call('POST', maps, { metadata: { name } });
    const first = await call('GET', `${maps}?limit=1`);
    const { resourceVersion, continue: next } = first.object.metadata as metav1.ListMeta;
    const page = `${maps}?limit=1&continue=${next}`;
    expect(await refused('GET', `${page}&resourceVersion=${resourceVersion}`)).toEqual([
      400,
      'specifying resource version is not allowed when using continue',
    ]);
    expect((await call('GET', `${page}&resourceVersion=0`)).status).toBe(200);
  });

  it.each([
    ['sendInitialEvents=1', 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'],
    [
      'watch=1&sendInitialEvents=1',
      'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    ],
    [
      'watch=1&resourceVersionMatch=NotOlderThan',
      'resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    ],
  ])('is invalid: %s', async (query, why) => {
    expect(await refused('GET', `${maps}?${query}`)).toEqual([422, `ListOptions.meta.k8s.io "" is invalid: ${why}`]);
  });

  it.each([
    ['POST', '', 'dryRun=Some', 'CreateOptions', 'dryRun: Unsupported value: ["Some"]: supported values: "All"'],
    [
      'PUT',
      '/kept',
      'fieldValidation=Loose',
      'UpdateOptions',
      'fieldValidation: Unsupported value: "Loose": supported values: "", "Ignore", "Strict", "Warn"',
    ],
    [
      'POST',
      '',
      'fieldManager=a%07b',
      'CreateOptions',
      'fieldManager: Invalid value: "a\\ab": invalid character U+0007 (at position 1)',
    ],
    ['DELETE', '/kept', 'dryRun=Some', 'DeleteOptions', 'dryRun: Unsupported value: ["Some"]: supported values: "All"'],
  ])('%s%s?%s is invalid', async (method, name, query, kind, why) => {
    const body = method === 'DELETE' ? undefined : { metadata: { name: 'kept' } };
    expect(await refused(method, `${maps}${name}?${query}`, body)).toEqual([
      422,
      `${kind}.meta.k8s.io "" is invalid: ${why}`,
    ]);
  });

  it('is refused for a grace period that is no number', async () => {
    expect(await refused('DELETE', `${maps}/kept?gracePeriodSeconds=x`)).toEqual([
      400,
      'strconv.ParseInt: parsing "x": invalid syntax',
    ]);
  });

  it('of a deletion gives way to the body', async () => {
    const options = { kind: 'DeleteOptions', apiVersion: 'v1', dryRun: ['All'] };
    const { object } = await call('DELETE', `${maps}/kept?orphanDependents=True`, options);
    expect(object.status).toBe('Success');
    expect((await call('GET', `${maps}/kept`)).status).toBe(200);
  });

  it('names the object that a list is limited to, for who may see that one alone', async () => {
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'watch'], resourceNames: ['kept'] }];
    await call('POST', `${rbac}/roles`, { metadata: { name: 'one' }, rules });
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'one' };
    const subjects = [{ kind: 'User', name: 'ann', apiGroup: roleRef.apiGroup }];
    await call('POST', `${rbac}/rolebindings`, { metadata: { name: 'one' }, roleRef, subjects });
    const list = (query: string) =>
      server.send({ method: 'GET', path: `${maps}?${query}`, headers: { 'impersonate-user': 'ann' } });
    expect((await list('fieldSelector=metadata.name%3Dkept')).status).toBe(200);
    expect((await list('fieldSelector=metadata.name!%3Dkept')).status).toBe(403);
    expect((await list('')).status).toBe(403);
    expect(JSON.parse((await list('fieldSelector=metadata.name%3Dother')).body)).toMatchObject({
      message: expect.stringMatching(/^configmaps "other" is forbidden: User "ann" cannot list/) as string,
    });
  });

  it('tells a name that is taken from one whose object is being deleted', async () => {
    const create = async (query = ''): Promise<string | undefined> => {
      const metadata = { name: 'held', finalizers: ['example.com/held'] };
      return (await call('POST', maps + query, { metadata })).object.message;
    };
    await create();
    expect(await create()).toBe('configmaps "held" already exists');
    await call('DELETE', `${maps}/held`);
    for (const query of ['', '?dryRun=All'])
      expect(await create(query)).toBe('object is being deleted: configmaps "held" already exists');
  });
});
