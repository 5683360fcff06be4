import { once, type EventEmitter } from 'node:events';
import { credentials, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import { refused, type AdmissionPlugin, type AdmissionRequest } from '@skiff/api-server/admission';
import type { StatusError } from '@skiff/apimachinery';
import { skiffnodev1 } from '@skiff/contracts';
import { fromServiceError } from '@skiff/platform';
import { startTestServer, type TestServer } from './golden/server';

/** What a plugin was shown of a connection. */
const shown = (request: AdmissionRequest): object => {
  const { operation, kind, resource, subresource, namespace, name, object, oldObject, options, dryRun } = request;
  expect([request.requestKind, request.requestResource, request.requestSubResource]).toEqual([
    kind,
    resource,
    subresource,
  ]);
  return { operation, kind, resource, subresource, namespace, name, object, oldObject, options, dryRun };
};

describe('Admission of connections', () => {
  let server: TestServer;
  let node: skiffnodev1.NodeServiceClient;
  const seen: object[] = [];
  /** Whether connections are refused, or made with another container. */
  let refuses = true;

  /** Wants nobody to connect to anything, unless it wants everybody to connect to something else. */
  const plugin: AdmissionPlugin = {
    name: 'Connections',
    operations: ['CONNECT'],
    mutate: { run: ({ object }) => (refuses ? undefined : { ...object, container: 'other', path: '/pods' }) },
    validate: {
      run(request) {
        seen.push(shown(request));
        if (refuses) throw refused(request, 'no connections today');
      },
    },
  };

  const containers = [{ name: 'c', image: 'i' }];
  const create = (path: string, body: object) =>
    server.send({
      ...{ method: 'POST', path: `/api/v1/${path}`, body: JSON.stringify(body) },
      headers: { 'content-type': 'application/json' },
    });

  beforeAll(async () => {
    server = await startTestServer({ admissionPlugins: () => [plugin] });
    await create('namespaces/default/pods', { metadata: { name: 'p' }, spec: { containers } });
    await create('namespaces/default/services', { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } });
    await create('nodes', { metadata: { name: 'n' } });
    const { ca, key, cert } = server.tls;
    node = new skiffnodev1.NodeServiceClient(
      `127.0.0.1:${server.port}`,
      credentials.createSsl(Buffer.from(ca), Buffer.from(key), Buffer.from(cert)),
    );
  }, 30_000);
  beforeEach(() => void seen.splice(0));
  afterAll(async () => {
    node.close();
    await server.close();
  });

  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const { status, body } = await server.send({ method: 'GET', path: `/api/v1/${path}`, headers });
    return [status, (JSON.parse(body) as { message?: string }).message];
  };

  const connection = (resource: string, subresource: string, kind: string, name: string, options: object) => ({
    operation: 'CONNECT',
    kind: { group: '', version: 'v1', kind },
    resource: { group: '', version: 'v1', resource },
    subresource,
    namespace: resource === 'nodes' ? '' : 'default',
    name,
    object: { kind, apiVersion: 'v1', ...options },
    oldObject: undefined,
    options: undefined,
    dryRun: false,
  });
  const pods = 'namespaces/default/pods';

  it.each([
    ['exec?command=ls&command=-l', 'PodExecOptions', { command: ['ls', '-l'], stdout: true, stderr: true }],
    ['attach?stdin=1&container=c', 'PodAttachOptions', { stdin: true, stdout: true, stderr: true, container: 'c' }],
    ['portforward?ports=80', 'PodPortForwardOptions', { ports: [80] }],
  ])('refuses over REST before a stream is there: %s', async (path, kind, options) => {
    expect(await get(`${pods}/p/${path}`, upgrade)).toEqual([403, 'pods "p" is forbidden: no connections today']);
    expect(seen).toEqual([connection('pods', path.split('?')[0] ?? '', kind, 'p', options)]);
    // Whether there is such a pod is nobody's business who may not connect.
    expect(await get(`${pods}/none/${path}`, upgrade)).toEqual([403, 'pods "none" is forbidden: no connections today']);
  });

  it.each([
    [`${pods}/http:p:80/proxy/a%20b/`, 'pods', 'PodProxyOptions', 'http:p:80', '/a b/'],
    ['namespaces/default/services/s:80/proxy/', 'services', 'ServiceProxyOptions', 's:80', '/'],
    ['nodes/n/proxy/healthz', 'nodes', 'NodeProxyOptions', 'n', '/healthz'],
  ])('refuses to pass on what comes by %s', async (path, resource, kind, name, rest) => {
    expect(await get(path)).toEqual([403, `${resource} ${JSON.stringify(name)} is forbidden: no connections today`]);
    expect(seen).toEqual([connection(resource, 'proxy', kind, name, { path: rest })]);
  });

  /** What a stream over gRPC that begins so fails of. */
  const failure = async <Message>(
    call: Pick<ClientDuplexStream<Message, unknown>, 'on' | 'write'> & EventEmitter,
    first: Message,
  ): Promise<StatusError> => {
    call.on('data', () => undefined);
    call.write(first);
    const [error] = (await once(call, 'error')) as [ServiceError];
    return fromServiceError(error);
  };
  const container = { podNamespace: 'default', podName: 'p', container: 'c' };
  const port = { podNamespace: 'default', podName: 'p', port: 80 };

  it.each([
    [
      'exec',
      () => failure(node.exec(), { start: { container, command: ['ls'], stdin: true } }),
      ['PodExecOptions', { container: 'c', command: ['ls'], stdin: true }],
    ],
    [
      'attach',
      () => failure(node.attach(), { start: { container, stdout: true } }),
      ['PodAttachOptions', { container: 'c', stdout: true }],
    ],
    ['portforward', () => failure(node.portForward(), { start: port }), ['PodPortForwardOptions', { ports: [80] }]],
  ] as const)('refuses over gRPC: %s', async (subresource, fails, [kind, options]) => {
    const { code, message } = await fails();
    expect([code, message]).toEqual([403, 'pods "p" is forbidden: no connections today']);
    expect(seen).toEqual([connection('pods', subresource, kind, 'p', options)]);
  });

  it('has nothing to do with what is only read, or is no way to connect', async () => {
    expect(await get(`${pods}/p/log?container=none`)).toEqual([400, 'container none is not valid for pod p']);
    const { status } = await server.send({ method: 'PUT', path: `/api/v1/${pods}/p/exec`, headers: {} });
    expect(status).toBe(405);
    expect(await get(`${pods}/p/portforward?ports=http`, upgrade)).toEqual([
      400,
      'cannot convert to []int32: strconv.ParseUint: parsing "http": invalid syntax',
    ]);
    expect(seen).toEqual([]);
  });

  it('has the last word on what a connection is made with', async () => {
    refuses = false;
    const notThere = 'container other is not valid for pod p';
    expect(await get(`${pods}/p/exec?container=c`, upgrade)).toEqual([400, notThere]);
    expect((await failure(node.exec(), { start: { container } })).message).toBe(notThere);
    const { body } = await server.send({ method: 'GET', path: '/api/v1/nodes/n/proxy/healthz', headers: {} });
    expect(JSON.parse(body)).toMatchObject({ kind: 'PodList' });
  });
});
