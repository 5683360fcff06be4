import { metav1 } from '@skiff/contracts';
import { startTestServer, type TestServer } from './golden/server';

const protobuf = 'application/vnd.kubernetes.protobuf';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';

describe('An answer', () => {
  let server: TestServer;
  const maps = '/api/v1/namespaces/default/configmaps';
  const review = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const get = (path: string, headers: Record<string, string>) => server.send({ method: 'GET', path, headers });

  beforeAll(async () => {
    server = await startTestServer();
    const body = JSON.stringify({ metadata: { name: 'm' }, data: { a: 'b' } });
    await server.send({ method: 'POST', path: maps, headers: { 'content-type': 'application/json' }, body });
  }, 30_000);
  afterAll(() => server.close());

  it.each([
    ['GET', `${maps}/none`, 404, 'configmaps "none" not found'],
    ['GET', '/api/v1/none', 404, 'the server could not find the requested resource'],
    ['GET', `${maps}?limit=x`, 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ])('to %s %s is a Status in protobuf for who reads nothing else', async (method, path, code, message) => {
    const { status, bytes, contentType } = await server.send({ method, path, headers: { accept: protobuf } });
    expect([status, contentType]).toEqual([code, protobuf]);
    expect(statusIn(bytes)).toMatchObject({ status: 'Failure', code, message });
  });

  it('to a deletion is a Status in protobuf, too', async () => {
    const headers = { accept: protobuf };
    const { bytes } = await server.send({ method: 'DELETE', path: `${maps}/m?dryRun=All`, headers });
    expect(statusIn(bytes)).toMatchObject({ status: 'Success', details: { name: 'm', kind: 'configmaps' } });
  });

  it.each([
    ['ServiceAccount', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'd' } }],
    [
      'StorageClass',
      '/apis/storage.k8s.io/v1/storageclasses',
      { metadata: { name: 'd' }, provisioner: 'kubernetes.io/no-provisioner' },
    ],
    ['Status', '/apis/rbac.authorization.k8s.io/v1/clusterroles', { metadata: { name: 'd' } }],
  ])('to a deletion is a %s at %s', async (kind, path, object) => {
    const headers = { 'content-type': 'application/json' };
    await server.send({ method: 'POST', path, headers, body: JSON.stringify(object) });
    const { status, body } = await server.send({ method: 'DELETE', path: `${path}/d`, headers });
    expect([status, JSON.parse(body)]).toEqual([200, expect.objectContaining({ kind })]);
    expect((await get(`${path}/d`, {})).status).toBe(404);
  });

  it('says who is not let in, in protobuf', async () => {
    const { status, bytes } = await get(maps, {
      accept: protobuf,
      authorization: 'Bearer nonsense',
      'impersonate-user': 'x',
    });
    expect([401, 403]).toContain(status);
    expect(statusIn(bytes).code).toBe(status);
  });

  it('is a table only of what is a list or is stored', async () => {
    const body = JSON.stringify({ spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } });
    const post = (accept: string) =>
      server.send({ method: 'POST', path: review, headers: { 'content-type': 'application/json', accept }, body });
    const refused = await post(table);
    expect([refused.status, (JSON.parse(refused.body) as metav1.Status).message]).toEqual([
      406,
      'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    ]);
    const answered = await post(`${table},application/json`);
    expect([answered.status, (JSON.parse(answered.body) as { kind: string }).kind]).toEqual([
      201,
      'SelfSubjectAccessReview',
    ]);
    expect((JSON.parse((await get(`${maps}/m`, { accept: table })).body) as { kind: string }).kind).toBe('Table');
  });

  it.each([
    [
      `${maps}/m`,
      'List',
      'you requested PartialObjectMetadataList, but the requested object is not a list (*core.ConfigMap)',
    ],
    [maps, '', 'you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)'],
  ])('of %s is no PartialObjectMetadata%s', async (path, suffix, message) => {
    const accept = `application/json;as=PartialObjectMetadata${suffix};v=v1;g=meta.k8s.io`;
    const { status, body } = await get(path, { accept });
    expect([status, (JSON.parse(body) as metav1.Status).message]).toEqual([406, message]);
  });

  it.each([
    ['application/json;as=Table;v=v2;g=meta.k8s.io', 406],
    ['application/json;as=Chart;v=v1;g=meta.k8s.io', 406],
    ['application/json;as=Table;v=v1beta1;g=meta.k8s.io', 200],
    ['application/yaml;as=Table;v=v1;g=meta.k8s.io', 200],
    ['application/yaml;q=0.5, application/json;q=0.9', 200],
  ])('accepts %s with %i', async (accept, code) => {
    const { status, contentType, body } = await get(`${maps}/m`, { accept });
    expect(status).toBe(code);
    if (accept.includes('v1beta1')) expect(body).toContain('"apiVersion":"meta.k8s.io/v1beta1"');
    if (accept.includes('yaml;as'))
      expect([contentType, body]).toEqual(['application/yaml', expect.stringMatching(/^kind: Table$/m)]);
    if (accept.includes('q=')) expect(contentType).toBe('application/json');
  });

  it.each([
    [`${maps}/m?pretty=true`, 'x', /^\{\n {2}"kind": "ConfigMap",\n/],
    [maps, 'curl/8', /^\{\n {2}"kind": "ConfigMapList",\n/],
    [`${maps}/none`, 'curl/8', /^\{\n {2}"kind": "Status",\n {2}"apiVersion": "v1",\n {2}"metadata": \{\},\n/],
    [`${maps}/m?pretty=false`, 'curl/8', /^\{"kind":"ConfigMap",/],
    ['/api', 'curl/8', /^\{\n {2}"kind": "APIVersions",/],
    ['/version', 'x', /^\{\n {2}"major": "1",/],
  ])('for %s by %s is laid out as it is wanted', async (path, agent, expected) => {
    expect((await get(path, { 'user-agent': agent })).body).toMatch(expected);
  });

  it.each(['/api', '/apis', '/apis/apps', '/apis/apps/v1'])(
    'to %s is in protobuf for who reads nothing else',
    async (path) => {
      const { bytes, contentType } = await get(path, { accept: protobuf });
      expect([contentType, String(bytes.subarray(0, 4))]).toEqual([protobuf, 'k8s\0']);
    },
  );
});

/** The Status inside `k8s\0` and the envelope that names it. */
function statusIn(bytes: Buffer): metav1.Status {
  const at = bytes.indexOf('Status') + 'Status'.length;
  expect(String(bytes.subarray(0, 4))).toBe('k8s\0');
  // The second field of the envelope: its tag, its length in one or two bytes, its bytes.
  const long = (bytes[at + 1] ?? 0) > 127;
  const length = long ? ((bytes[at + 1] ?? 0) & 127) + ((bytes[at + 2] ?? 0) << 7) : (bytes[at + 1] ?? 0);
  const from = at + (long ? 3 : 2);
  return metav1.Status.decode(bytes.subarray(from, from + length));
}
