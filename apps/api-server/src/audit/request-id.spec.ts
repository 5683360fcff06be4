import { request } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { credentials, Metadata } from '@grpc/grpc-js';
import { skiffapiv1 } from '@skiff/contracts';
import { startTestServer, type TestServer } from '../golden/server';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('The header Audit-Id', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  }, 30_000);
  afterAll(() => server.close());

  const headersOf = (path: string, headers: Record<string, string> = {}, known = true): Promise<IncomingHttpHeaders> =>
    new Promise((resolve, reject) => {
      const { ca, cert, key } = server.tls;
      const asked = { host: '127.0.0.1', port: server.port, path, headers, ca, ...(known ? { cert, key } : {}) };
      const call = request(asked, (response) => {
        response.resume();
        resolve(response.headers);
      });
      call.on('error', reject);
      call.end();
    });

  it.each([
    ['an object', '/api/v1/namespaces/default'],
    ['a list', '/api/v1/namespaces'],
    ['what is not there', '/api/v1/namespaces/none'],
    ['what is not served', '/apis/none/v1/things'],
    ['a path', '/healthz'],
    ['a document', '/.well-known/openid-configuration'],
    ['a watch', '/api/v1/namespaces?watch=1&timeoutSeconds=1'],
  ])('is on the answer to %s, each time another', async (_, path) => {
    const [first, second] = [await headersOf(path), await headersOf(path)];
    expect(first['audit-id']).toMatch(uuid);
    expect(second['audit-id']).toMatch(uuid);
    expect(first['audit-id']).not.toBe(second['audit-id']);
  });

  it('is on the answer to whoever is not known', async () => {
    expect((await headersOf('/api/v1/namespaces', {}, false))['audit-id']).toMatch(uuid);
  });

  it('is what the client says, if that can be written as it is', async () => {
    expect((await headersOf('/version', { 'audit-id': 'mine-1' }))['audit-id']).toBe('mine-1');
    for (const wrong of ['', 'x'.repeat(300), 'a b', 'caf\u00e9'])
      expect((await headersOf('/version', { 'audit-id': wrong }))['audit-id']).toMatch(uuid);
  });

  it('is on the refusal of a connection', async () => {
    const socket = server.connect('/api/v1/namespaces/default/pods/none/exec?command=ls', [], { 'audit-id': 'mine-2' });
    socket.on('error', () => undefined);
    const id = await new Promise((resolve) =>
      socket.on('unexpected-response', (_, { headers }) => resolve(headers['audit-id'])),
    );
    expect(id).toBe('mine-2');
  });

  it('is among the metadata of gRPC', async () => {
    const { ca, cert, key } = server.tls;
    const known = credentials.createSsl(Buffer.from(ca), Buffer.from(key), Buffer.from(cert));
    const client = new skiffapiv1.ResourceServiceClient(`127.0.0.1:${server.port}`, known);
    const metadata = new Metadata();
    metadata.set('audit-id', 'mine-3');
    const answered = await new Promise<Metadata>((resolve) =>
      client
        .get({ resource: { version: 'v1', resource: 'namespaces', name: 'default' } }, metadata, () => undefined)
        .on('metadata', resolve),
    );
    client.close();
    expect(answered.get('audit-id')).toEqual(['mine-3']);
  });
});
