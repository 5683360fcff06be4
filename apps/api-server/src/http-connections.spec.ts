import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Stream } from 'node:http2';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { startTestServer, type TestServer } from './golden/server';

jest.setTimeout(60_000);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const path = '/api/v1/namespaces/default/configmaps';

async function open(credentials: ConnectionOptions = server.tls): Promise<TLSSocket> {
  const socket = connect({ ...credentials, ca: server.tls.ca, host: '127.0.0.1', port: server.port });
  await once(socket, 'secureConnect');
  return socket;
}

function request(method: string, target: string, body = '', headers: readonly string[] = []): string {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: skiff',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** The codes of the answers on a connection, as they come; ends when it does. */
async function* codes(socket: TLSSocket, betweenReads?: () => Promise<void>): AsyncGenerator<number> {
  let pending = Buffer.alloc(0);
  let needed = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, chunk]);
    await betweenReads?.();
    while (pending.length >= needed) {
      const head = pending.indexOf('\r\n\r\n');
      if (head < 0) break;
      const text = pending.subarray(0, head).toString('latin1');
      needed = head + 4 + Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (pending.length < needed) break;
      yield Number(text.slice(9, 12));
      pending = pending.subarray(needed);
      needed = 0;
    }
  }
}

const count = 8;

async function take(answers: AsyncGenerator<number>, most: number): Promise<number[]> {
  const taken: number[] = [];
  while (taken.length < most) {
    const next = await answers.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

describe('A connection of HTTP/1.1', () => {
  let made = 0;
  const creation = (bytes: number): string => {
    const object = { metadata: { name: `c-${(made += 1)}` }, data: { text: 'x'.repeat(bytes) } };
    return request('POST', `${path}?dryRun=All`, JSON.stringify(object));
  };
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
  const cases = [
    [1_000, 201],
    [100_000, 201],
    [300_000, 201],
    [900_000, 201],
    [3_000_000, 422],
  ] as const;

  it.each(cases)(
    'answers all requests of %d bytes by %d: in turn, together, and to a slow reader',
    async (bytes, code) => {
      const socket = await open();
      const answers = codes(socket);
      for (let sent = 0; sent < count; sent += 1) {
        socket.write(creation(bytes));
        expect(await take(answers, 1)).toEqual([code]);
      }
      socket.destroy();
      for (const betweenReads of [undefined, pause]) {
        const other = await open();
        for (let sent = 0; sent < count; sent += 1) other.write(creation(bytes));
        expect(await take(codes(other, betweenReads), count)).toEqual(Array<number>(count).fill(code));
        other.destroy();
      }
    },
  );
});

describe('A body that does not come to its end', () => {
  const half = (target: string, headers: readonly string[] = []): string =>
    request('POST', target, `{"metadata":${' '.repeat(1_000)}`, headers).slice(0, -500);

  it('is not waited for when nobody knows who sends it, and its connection ends', async () => {
    const socket = await open({});
    socket.write(half(path, ['Authorization: Bearer wrong']));
    const answers = codes(socket);
    expect(await take(answers, 1)).toEqual([401]);
    expect(await take(answers, 1)).toEqual([]);
  });

  it('is waited for until its client has waited long enough', async () => {
    const socket = await open();
    socket.write(half(`${path}?timeout=300ms`));
    const answers = codes(socket);
    expect(await take(answers, 1)).toEqual([504]);
    expect(await take(answers, 1)).toEqual([]);
  });

  it('is answered at once when it is too large', async () => {
    const socket = await open();
    const size = 200 << 20;
    socket.write(`POST ${path} HTTP/1.1\r\nHost: skiff\r\nContent-Length: ${size}\r\n\r\n`);
    const chunk = Buffer.alloc(1 << 16, ' ');
    const feed = (): void => {
      while (socket.writable && socket.write(chunk));
    };
    socket.on('drain', feed);
    socket.on('error', () => socket.destroy());
    feed();
    expect(await take(codes(socket), 1)).toEqual([413]);
    socket.destroy();
  });

  it('leaves a connection as it is when it comes after all', async () => {
    const socket = await open({});
    const body = JSON.stringify({ metadata: { name: 'late' } });
    const whole = request('POST', path, body, ['Authorization: Bearer wrong']);
    socket.write(whole.slice(0, -5));
    const answers = codes(socket);
    expect(await take(answers, 1)).toEqual([401]);
    socket.write(whole.slice(-5));
    socket.write(request('GET', '/version'));
    expect(await take(answers, 1)).toEqual([200]);
    socket.destroy();
  });

  it.each([
    ['of somebody unknown', `${path}`, 401, { authorization: 'Bearer wrong' }],
    ['that came too late', `${path}?timeout=300ms`, 504, {}],
  ])('ends its stream of HTTP/2: one %s', async (_, target, code, headers) => {
    const credentials = code === 401 ? {} : server.tls;
    const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ...credentials, ca: server.tls.ca });
    const stream: ClientHttp2Stream = session.request({ ':method': 'POST', ':path': target, ...headers });
    stream.write('{');
    const [answer] = (await once(stream, 'response')) as [{ ':status'?: number }];
    expect(answer[':status']).toBe(code);
    stream.resume();
    await once(stream, 'close');
    session.destroy();
  });
});

it('A connection of HTTP/2 whose client reads slowly takes further requests', async () => {
  const headers = { 'content-type': 'application/json' };
  // More than Node.js lets a session keep by default.
  for (let index = 0; index < 13; index += 1) {
    const object = { metadata: { name: `large-${index}` }, data: { text: 'x'.repeat(1_000_000) } };
    const { status } = await server.send({ method: 'POST', path, headers, body: JSON.stringify(object) });
    expect(status).toBe(201);
  }
  const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ...server.tls, ca: server.tls.ca });
  const answered = async (target: string): Promise<ClientHttp2Stream> => {
    const stream = session.request({ ':path': target });
    const [answer] = (await once(stream, 'response')) as [{ ':status'?: number }];
    expect(answer[':status']).toBe(200);
    return stream;
  };
  // Nobody reads what comes of these.
  for (let index = 0; index < 2; index += 1) await answered(path);
  const version = await answered('/version');
  version.resume();
  await once(version, 'end');
  session.destroy();
  await server.send({ method: 'DELETE', path, headers: {} });
});

it('A timeout that is no duration is refused', async () => {
  const { status, body } = await server.send({ method: 'GET', path: `${path}?timeout=soon`, headers: {} });
  expect(status).toBe(400);
  expect(body).toContain('invalid timeout specified in the request URL - time: invalid duration \\"soon\\"');
});
