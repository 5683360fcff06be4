import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { duplexPair, type Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { connectSpdy } from './connect';
import { SpdyConnection } from './connection';
import { controlFrame, FrameReader, frameType, numbers } from './frames';
import type { SpdyStream } from './stream';

const named = (name: string): ReadonlyMap<string, string> => new Map([['streamtype', name]]);

describe('a SPDY connection', () => {
  let ends: [Duplex, Duplex];
  let client: SpdyConnection;
  let server: SpdyConnection;
  let opened: SpdyStream[];
  let over: Promise<unknown>;

  beforeEach(() => {
    ends = duplexPair();
    client = new SpdyConnection(ends[0], 'client');
    server = new SpdyConnection(ends[1], 'server');
    opened = [];
    over = Promise.all([client.run(), server.run((stream) => opened.push(stream))]);
  });

  afterEach(async () => {
    client.destroy();
    server.destroy();
    await over;
  });

  async function hasOpened(count: number): Promise<void> {
    for (let turn = 0; turn < 10_000 && opened.length < count; turn += 1) await setTimeout(1);
  }

  async function open(name: string): Promise<{ near: SpdyStream; far: SpdyStream }> {
    const near = await client.open(named(name));
    await hasOpened(1);
    const far = opened.shift();
    if (far === undefined) throw new Error('no stream came');
    return { near, far };
  }

  it('tells the server of streams by their headers, in order, though they are opened at once', async () => {
    await Promise.all(['error', 'stdin', 'stdout'].map((name) => client.open(named(name))));
    await hasOpened(3);
    expect(opened.map(({ id, headers }) => [id, headers.get('streamtype')])).toEqual([
      [1, 'error'],
      [3, 'stdin'],
      [5, 'stdout'],
    ]);
  });

  it('carries bytes both ways, and each side ends by itself', async () => {
    const { near, far } = await open('data');
    await near.write(Buffer.from('ping'));
    await near.end();
    expect(await text(far.input)).toBe('ping');
    const long = 'pong'.repeat(100_000);
    const read = text(near.input);
    await far.write(Buffer.from(long));
    await far.end();
    expect(await read).toBe(long);
    await Promise.all([near.ended, far.ended]);
  });

  it('makes a writer wait whose reader does not read', async () => {
    const { near, far } = await open('data');
    let written = 0;
    const writing = (async () => {
      for (; written < 64; written += 1) await near.write(Buffer.alloc(1 << 16));
      await near.end();
    })();
    for (let before = -1; before !== written;) {
      before = written;
      for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    }
    expect(written).toBeLessThan(32);
    let bytes = 0;
    for await (const data of far.input) bytes += (data as Buffer).length;
    await writing;
    expect(bytes).toBe(64 << 16);
  });

  it('keeps for the client what was sent on a stream when the server goes, and drops it for the server', async () => {
    const { near, far } = await open('data');
    await near.write(Buffer.from('half'));
    await far.write(Buffer.from('answer'));
    await server.close();
    const gone = once(far.signal, 'abort');
    expect(await text(near.input)).toBe('answer');
    client.destroy();
    await gone;
    await expect(text(far.input)).rejects.toThrow('Premature close');
  });

  it('answers the pings of the other side alone, and cuts off who speaks another version', async () => {
    const [raw, transport] = duplexPair();
    const connection = new SpdyConnection(transport, 'server');
    const running = connection.run();
    raw.write(controlFrame(frameType.ping, 0, numbers(2)));
    raw.write(controlFrame(frameType.ping, 0, numbers(7)));
    const [answer] = (await once(raw, 'data')) as [Buffer];
    expect(new FrameReader().push(answer)).toEqual([
      { kind: 'control', type: frameType.ping, flags: 0, payload: numbers(7) },
    ]);
    raw.write(Buffer.from('8002000100000000', 'hex'));
    await running;
    expect(transport.destroyed).toBe(true);
  });
});

describe('the upgrade to SPDY', () => {
  let http: Server;
  let url: string;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    http = createServer((_, response) => response.writeHead(404).end());
    http.on('connection', (socket) => sockets.push(socket));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    http.close();
  });

  it('tells when a server will not', async () => {
    await expect(connectSpdy(url, ['a'])).rejects.toThrow('answered 404');
  });

  it('takes the protocol that the server chose, and what came with the answer', async () => {
    http.once('upgrade', (_, socket: Duplex) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: SPDY/3.1\r\nConnection: Upgrade\r\n');
      socket.write('X-Stream-Protocol-Version: b\r\n\r\n');
      void new SpdyConnection(socket, 'server').run((stream) => {
        void stream.write(Buffer.from('hello')).then(() => stream.end());
      });
    });
    const { connection, protocol } = await connectSpdy(url, ['a', 'b']);
    expect(protocol).toBe('b');
    const running = connection.run();
    const stream = await connection.open(named('data'));
    expect(await text(stream.input)).toBe('hello');
    connection.destroy();
    await running;
  });
});
