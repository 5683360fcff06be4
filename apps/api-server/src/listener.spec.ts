import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import type { Logger } from '@skiff/platform';
import { startTestServer, type TestServer } from './golden/server';

describe('The port of the API server', () => {
  let server: TestServer;
  const logged: string[] = [];
  const log = (message: string): void => void logged.push(message);
  const logger: Logger = { debug: () => undefined, info: log, warn: log, error: log, child: () => logger };

  beforeAll(async () => {
    server = await startTestServer({ logger });
  }, 30_000);
  afterAll(() => server.close());

  const open = async (options: ConnectionOptions): Promise<TLSSocket> => {
    const socket = connect({ ...server.tls, host: '127.0.0.1', port: server.port, ...options });
    await once(socket, 'secureConnect');
    return socket;
  };

  it.each([
    'ECDHE-RSA-AES128-SHA',
    'ECDHE-ECDSA-AES256-SHA',
    'AES128-SHA',
    'AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES128-SHA256',
  ])('does not speak %s', async (ciphers) => {
    await expect(open({ maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` })).rejects.toThrow();
  });

  it('does not speak TLS 1.1', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    await expect(open(old)).rejects.toThrow();
  });

  it.each([{ maxVersion: 'TLSv1.2' } as const, {}])('speaks TLS with ciphers of today: %j', async (options) => {
    const socket = await open(options);
    expect(socket.getCipher().name).toMatch(/GCM|CHACHA20/);
    socket.destroy();
  });

  it.each([
    ['HTTP/1.1', '', '400 Bad Request'],
    ['HTTP/1.1', 'Upgrade: websocket\r\nConnection: Upgrade\r\n', '400 Bad Request'],
    ['HTTP/1.1', 'Host: x\r\n', '200 OK'],
    ['HTTP/1.0', '', '200 OK'],
  ])('answers %s with %j by %s', async (version, headers, expected) => {
    const socket = await open({});
    socket.write(`GET /healthz ${version}\r\n${headers}\r\n`);
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(String(data)).toMatch(new RegExp(`^HTTP/1.1 ${expected}`));
    socket.destroy();
  });

  it('logs nothing of methods that it does not have', async () => {
    const session = connectHttp2(`https://127.0.0.1:${server.port}`, server.tls);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/skiff.api.v1.ResourceService/Nothing',
      'content-type': 'application/grpc',
    });
    stream.end(Buffer.alloc(5));
    const [trailers] = (await once(stream.resume(), 'trailers')) as [Record<string, string>];
    expect(trailers['grpc-status']).toBe('12');
    session.close();
    expect(logged.filter((message) => message === 'a call failed')).toEqual([]);
  });
});
