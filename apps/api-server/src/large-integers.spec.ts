import { appsv1, runtime } from '@skiff/contracts';
import { startTestServer, type TestAnswer, type TestServer } from './golden/server';

jest.setTimeout(60_000);

const path = '/apis/apps/v1/namespaces/default/deployments';
const protobuf = 'application/vnd.kubernetes.protobuf';
const [large, next, largest] = ['9007199254740993', '9007199254740995', '9223372036854775807'];

/** @param seconds the digits of its grace period. */
const deployment = (name: string, seconds: string, more = ''): string =>
  `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"${name}"},"spec":{"selector":{"matchLabels":{"a":"b"}},
  "template":{"metadata":{"labels":{"a":"b"}},"spec":{"terminationGracePeriodSeconds":${seconds},
  "containers":[{"name":"c","image":"i"}]${more}}}}}`;
const toleration = (seconds: string): string =>
  `,"tolerations":[{"key":"k","operator":"Exists","effect":"NoExecute","tolerationSeconds":${seconds}}]`;

describe('An integer that a JavaScript number does not hold', () => {
  let server: TestServer;
  const get = (name: string, accept = 'application/json'): Promise<TestAnswer> =>
    server.send({ method: 'GET', path: `${path}/${name}`, headers: { accept } });
  const write = (method: string, at: string, type: string, body: string): Promise<TestAnswer> =>
    server.send({ method, path: at, headers: { 'content-type': `application/${type}` }, body });
  const graceIn = ({ body }: TestAnswer): string | undefined =>
    /"?terminationGracePeriodSeconds"?: ?(-?\d+)/.exec(body)?.[1];

  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  it.each([large, largest])('is answered in every form as it was created: %s', async (digits) => {
    const name = `d-${digits}`;
    const created = await write('POST', path, 'json', deployment(name, digits, toleration(digits)));
    expect([created.status, graceIn(created)]).toEqual([201, digits]);
    const json = await get(name);
    expect(json.body).toContain(`"tolerationSeconds":${digits}`);
    expect(json.body).toContain(`"terminationGracePeriodSeconds":${digits}`);
    expect(graceIn(await get(name, 'application/yaml'))).toBe(digits);
    expect(graceIn(await get(`${name}?pretty=true`))).toBe(digits);
    const list = await server.send({ method: 'GET', path, headers: {} });
    expect(list.body).toContain(`"terminationGracePeriodSeconds":${digits}`);
    const watched = await server.send({
      method: 'GET',
      path: `${path}?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3D${name}`,
      headers: {},
    });
    expect(graceIn(watched)).toBe(digits);
  });

  it('is the same in protobuf, which changes nothing when it comes back', async () => {
    await write('POST', path, 'json', deployment('p', large));
    const { bytes } = await get('p', protobuf);
    const { raw = '' } = runtime.Unknown.decode(bytes.subarray('k8s\0'.length));
    const { spec: read } = appsv1.Deployment.decode(Buffer.from(raw, 'base64'));
    expect(String(read?.template?.spec?.terminationGracePeriodSeconds)).toBe(large);
    const before = await get('p');
    const put = await server.send({
      method: 'PUT',
      path: `${path}/p`,
      headers: { 'content-type': protobuf, accept: 'application/json' },
      body: bytes,
    });
    expect([put.status, put.body]).toEqual([200, before.body]);
  });

  it('is read from YAML', async () => {
    const created = await write('POST', path, 'yaml', deployment('y', large));
    expect([created.status, graceIn(created)]).toEqual([201, large]);
  });

  const spec = (seconds: string): string =>
    `{"spec":{"template":{"spec":{"terminationGracePeriodSeconds":${seconds}}}}}`;
  const field = '/spec/template/spec/terminationGracePeriodSeconds';

  it.each([
    ['merge-patch+json', spec(next)],
    ['strategic-merge-patch+json', spec(next)],
    [
      'json-patch+json',
      `[{"op":"test","path":"${field}","value":${large}},{"op":"replace","path":"${field}","value":${next}}]`,
    ],
  ])('is set, and kept beside other changes, by a %s', async (type, patch) => {
    const name = type.replace('+', '-');
    await write('POST', path, 'json', deployment(name, large, toleration(large)));
    const patched = await write('PATCH', `${path}/${name}`, type, patch);
    expect([patched.status, graceIn(patched)]).toEqual([200, next]);
    expect(patched.body).toContain(`"tolerationSeconds":${large}`);
    expect(patched.body).toContain('"generation":2');
  });

  it('is another than its neighbour', async () => {
    await write('POST', path, 'json', deployment('n', large));
    const same = await write('PATCH', `${path}/n`, 'merge-patch+json', spec(large));
    expect(same.body).toContain('"generation":1');
    const other = await write('PATCH', `${path}/n`, 'merge-patch+json', spec('9007199254740992'));
    expect(other.body).toContain('"generation":2');
    expect(graceIn(other)).toBe('9007199254740992');
  });

  it.each([
    ['POST', path, 'json', deployment('x', '9223372036854775808')],
    ['POST', path, 'yaml', deployment('x', '9223372036854775808')],
    ['PATCH', `${path}/y`, 'merge-patch+json', spec('9223372036854775808')],
  ])('is refused beyond 64 bits: %s %s %s', async (method, at, type, body) => {
    const { status, body: answer } = await write(method, at, type, body);
    expect(status).toBe(method === 'POST' ? 400 : 422);
    expect((JSON.parse(answer) as { message: string }).message).toContain(
      'json: cannot unmarshal number 9223372036854775808 into Go struct field PodSpec.spec.template.spec.terminationGracePeriodSeconds of type int64',
    );
  });

  it('is named as it is when it is out of bounds', async () => {
    const security = ',"securityContext":{"runAsUser":9007199254740993}';
    const { status, body } = await write('POST', path, 'json', deployment('x', '1', security));
    expect(status).toBe(422);
    expect(body).toContain('runAsUser: Invalid value: 9007199254740993: must be between 0 and 2147483647, inclusive');
  });

  it('is no other kind of value', async () => {
    const body = deployment('x', '1').replace('"image":"i"', `"image":${large}`);
    const { body: answer } = await write('POST', path, 'json', body);
    expect(answer).toContain('json: cannot unmarshal number into Go struct field');
  });

  it.each([
    ['?gracePeriodSeconds=9007199254740993', ''],
    ['', '{"gracePeriodSeconds":9007199254740993}'],
  ])('is the time that a deletion gives: %s%s', async (query, options) => {
    const pods = '/api/v1/namespaces/default/pods';
    const name = query === '' ? 'body' : 'query';
    const pod = `{"metadata":{"name":"${name}"},"spec":{"nodeName":"n","containers":[{"name":"c","image":"i"}]}}`;
    expect((await write('POST', pods, 'json', pod)).status).toBe(201);
    const { status, body } = await write('DELETE', `${pods}/${name}${query}`, 'json', options);
    expect(status).toBe(200);
    expect(body).toContain(`"deletionGracePeriodSeconds":${large}`);
    expect(body).toMatch(/"deletionTimestamp":"\d{4}-/);
  });

  it('is kept in data of any shape', async () => {
    const revisions = '/apis/apps/v1/namespaces/default/controllerrevisions';
    const body = `{"metadata":{"name":"r"},"revision":${large},"data":{"a":[${largest}]}}`;
    expect((await write('POST', revisions, 'json', body)).body).toContain(
      `"data":{"a":[${largest}]},"revision":${large}`,
    );
  });
});
