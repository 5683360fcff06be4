import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { startTestServer, type TestServer } from './golden/server';

jest.setTimeout(60_000);

const path = '/api/v1/namespaces/default/configmaps';
const large = 'x'.repeat(500_000);

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function write(method: string, target: string, name: string, version = ''): Promise<void> {
  const body = JSON.stringify({ metadata: { name }, data: { large, version } });
  const answer = await server.send({ method, path: target, headers: { 'content-type': 'application/json' }, body });
  expect(answer.status).toBeLessThan(300);
}

/** Opens a watch on a connection of its own, and takes no more than its first bytes. */
async function watch(query: string): Promise<TLSSocket> {
  const socket = connect({ ...server.tls, host: '127.0.0.1', port: server.port });
  await once(socket, 'secureConnect');
  socket.write(`GET ${path}?watch=1${query} HTTP/1.1\r\nHost: skiff\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  expect(head.toString('latin1')).toMatch(/^HTTP\/1.1 200/);
  socket.pause();
  return socket;
}

/** How often a text stands in what a connection still brings, until it has come so often or the connection ends. */
async function count(socket: TLSSocket, text: string, until: number): Promise<number> {
  let found = 0;
  let tail = '';
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    const read = tail + chunk.toString('latin1');
    found += read.split(text).length - 1;
    tail = read.slice(-text.length + 1);
    if (found >= until) break;
  }
  return found;
}

describe('a watcher that takes nothing', () => {
  it('is cut off, and one that reads sees everything', async () => {
    const slow = await watch('&resourceVersion=0&fieldSelector=metadata.name%3Dchanging');
    const quick = await watch('&resourceVersion=0&fieldSelector=metadata.name%3Dchanging');
    const seen = count(quick, '"type":"MODIFIED"', 100);
    await write('POST', path, 'changing');
    const cut = once(slow, 'close');
    slow.on('error', () => undefined);
    for (let change = 0; change < 100; change += 1) await write('PUT', `${path}/changing`, 'changing', `${change}`);
    expect(await seen).toBe(100);
    slow.resume();
    await cut;
  });

  it('holds no more than a little of what there is when its watch begins', async () => {
    for (let index = 0; index < 60; index += 1) await write('POST', path, `present-${index}`);
    const before = process.memoryUsage().arrayBuffers;
    const watchers = await Promise.all(Array.from({ length: 20 }, () => watch('&resourceVersion=0')));
    // Sent whole, 30 MB were waiting for each of them.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(300_000_000);
    const [first, ...others] = watchers;
    for (const socket of others) socket.destroy();
    // Nothing of it is lost on the way.
    expect(await count(first as TLSSocket, '"name":"present-', 60)).toBe(60);
    first?.destroy();
  });
});
