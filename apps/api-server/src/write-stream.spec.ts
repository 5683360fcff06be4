import { once } from 'node:events';
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { skiffapiv1 } from '@skiff/contracts';
import { startTestServer, type TestServer } from './golden/server';

const frame = (message: Uint8Array): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

describe('A stream of writes', () => {
  let server: TestServer;
  let session: ClientHttp2Session;

  beforeAll(async () => {
    server = await startTestServer();
    // What is sent here counts for as long as it waits.
    session = connect(`https://127.0.0.1:${server.port}`, { ...server.tls, maxSessionMemory: 256 });
  });
  afterAll(async () => {
    session.destroy();
    await server.close();
  });

  const write = (id: number, name: string): Buffer =>
    frame(
      skiffapiv1.WriteRequest.encode({
        id,
        create: {
          resource: { version: 'v1', resource: 'configmaps', namespace: 'default' },
          object: { coreV1ConfigMap: { metadata: { namespace: 'default', name } } },
        },
      }).finish(),
    );

  /** All that comes back for what is sent at once. */
  async function ask(sent: Buffer): Promise<{ answers: Map<number, skiffapiv1.WriteResponse>; trailers: object }> {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/skiff.api.v1.ResourceService/Write',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    let trailers: IncomingHttpHeaders = {};
    stream.on('trailers', (found) => (trailers = found));
    const closed = once(stream, 'close');
    stream.end(sent);
    await closed;
    const answers = new Map<number, skiffapiv1.WriteResponse>();
    for (let rest = Buffer.concat(chunks); rest.length > 0;) {
      const end = 5 + rest.readUInt32BE(1);
      const answer = skiffapiv1.WriteResponse.decode(rest.subarray(5, end));
      answers.set(answer.id ?? 0, answer);
      rest = rest.subarray(end);
    }
    return { answers, trailers };
  }

  it('answers what came before a message that is none, and then tells of that', async () => {
    const broken = frame(Buffer.of(0x08, 0x01, 0x22));
    const { answers, trailers } = await ask(Buffer.concat([write(1, 'one'), write(2, 'two'), broken]));
    expect([...answers.keys()].sort()).toEqual([1, 2]);
    for (const { object } of answers.values()) expect(object?.coreV1ConfigMap?.metadata?.uid).toBeTruthy();
    expect(trailers).toMatchObject({
      'grpc-status': '3',
      'grpc-message': expect.stringContaining(encodeURIComponent('the message cannot be read')) as string,
    });
  });

  it('refuses what only calls of their own connect to', async () => {
    const resource = { version: 'v1', resource: 'pods', namespace: 'default', name: 'p', subresource: 'log' };
    const { answers } = await ask(frame(skiffapiv1.WriteRequest.encode({ id: 7, create: { resource } }).finish()));
    expect(answers.get(7)?.status).toMatchObject({ code: 405, reason: 'MethodNotAllowed' });
  });

  it('refuses one that is larger than a request may be, and no other', async () => {
    const large = skiffapiv1.WriteRequest.encode({
      id: 3,
      create: {
        resource: { version: 'v1', resource: 'configmaps', namespace: 'default' },
        object: { coreV1ConfigMap: { metadata: { name: 'large' }, data: { text: 'x'.repeat(3 << 20) } } },
      },
    }).finish();
    const { answers, trailers } = await ask(Buffer.concat([frame(large), write(4, 'small')]));
    expect(answers.get(3)?.status).toMatchObject({
      code: 413,
      message: 'Request entity too large: limit is 3145728',
    });
    expect(answers.get(4)?.object?.coreV1ConfigMap?.metadata?.uid).toBeTruthy();
    expect(trailers).toMatchObject({ 'grpc-status': '0' });
  });

  it('answers every one of many that are more than it takes at once', async () => {
    const data = { text: 'x'.repeat(1 << 20) };
    const sent = Array.from({ length: 24 }, (_, id) =>
      frame(
        skiffapiv1.WriteRequest.encode({
          id,
          create: {
            resource: { version: 'v1', resource: 'configmaps', namespace: 'default' },
            object: { coreV1ConfigMap: { metadata: { namespace: 'default', name: `large-${id}` }, data } },
            options: { dryRun: ['All'] },
          },
        }).finish(),
      ),
    );
    const { answers, trailers } = await ask(Buffer.concat(sent));
    expect(answers.size).toBe(24);
    expect(trailers).toMatchObject({ 'grpc-status': '0' });
  });
});
