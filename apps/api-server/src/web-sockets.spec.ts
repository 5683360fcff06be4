import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { eventually } from '@skiff/testing';
import { startTestServer, type TestServer } from './golden/server';

describe('A watch over a WebSocket', () => {
  let server: TestServer;
  const maps = '/api/v1/namespaces/default/configmaps';
  const create = (name: string) =>
    server.send({
      method: 'POST',
      path: maps,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ metadata: { name } }),
    });

  /** The first messages, and whether each was binary. */
  async function messages(socket: WebSocket, count: number): Promise<{ data: Buffer; binary: boolean }[]> {
    const found: { data: Buffer; binary: boolean }[] = [];
    socket.on('message', (data: Buffer, binary: boolean) => found.push({ data, binary }));
    await eventually(() => found.length >= count);
    return found;
  }

  const refusal = async (socket: WebSocket): Promise<number | undefined> => {
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    return response.statusCode;
  };

  beforeAll(async () => {
    server = await startTestServer();
    await create('first');
  }, 30_000);
  afterAll(() => server.close());

  it.each([[[]], [['binary.k8s.io']], [['base64.channel.k8s.io']]])('speaks with who offers %j', async (protocols) => {
    const socket = server.connect(`${maps}?watch=true&fieldSelector=metadata.name%3Dfirst`, protocols);
    const [{ data, binary } = { data: Buffer.alloc(0), binary: true }] = await messages(socket, 1);
    expect([socket.protocol, binary]).toEqual([protocols[0] ?? '', false]);
    expect(JSON.parse(String(data))).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'first' } } });
    socket.close();
    await once(socket, 'close');
  });

  it('tells of what happens, as one message an event', async () => {
    const socket = server.connect(`${maps}?watch=True&resourceVersion=0`);
    const seen = messages(socket, 2);
    await once(socket, 'open');
    await create('second');
    const names = (await seen).map(
      ({ data }) => (JSON.parse(String(data)) as { object: { metadata: { name: string } } }).object.metadata.name,
    );
    expect(names).toEqual(['first', 'second']);
    socket.close();
    await once(socket, 'close');
  });

  it('is in binary messages without a length before them for protobuf', async () => {
    const accept = 'application/vnd.kubernetes.protobuf';
    const socket = server.connect(`${maps}?watch=1`, [], { accept });
    const [{ data, binary } = { data: Buffer.alloc(0), binary: false }] = await messages(socket, 1);
    // A WatchEvent begins with its type.
    expect([binary, String(data.subarray(0, 7))]).toEqual([true, '\n\x05ADDED']);
    socket.close();
    await once(socket, 'close');
  });

  it('ends with its time', async () => {
    const socket = server.connect(`${maps}?watch=1&timeoutSeconds=1`);
    expect((await once(socket, 'close'))[0]).toBe(1000);
  });

  it('is refused before the handshake for options that cannot be read, and for several protocols', async () => {
    expect(await refusal(server.connect(`${maps}?watch=1&labelSelector=a%20%3D%3D%3D%20b`))).toBe(400);
    expect(await refusal(server.connect(`${maps}?watch=1`, ['a', 'b']))).toBe(400);
    expect(await refusal(server.connect(`${maps}?watch=1`, [], { 'impersonate-user': 'nobody' }))).toBe(403);
  });

  it('is only for watches: others are answered in plain HTTP', async () => {
    expect(await refusal(server.connect(maps))).toBe(200);
    expect(await refusal(server.connect('/version'))).toBe(200);
    expect(await refusal(server.connect(`${maps}/none`))).toBe(404);
  });
});
