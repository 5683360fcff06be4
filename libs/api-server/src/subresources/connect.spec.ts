import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { podLog } from '@skiff/resources';
import { WebSocket } from 'ws';
import type { ConnectRequest } from '../request/handlers';
import type { PodStreams } from '../streaming/pod-streams';
import { podConnections } from './connect';

describe('A log over a WebSocket', () => {
  let server: Server;
  let url: string;

  beforeAll(async () => {
    const logs = async function* (): AsyncIterable<Uint8Array> {
      yield Buffer.from('one\n');
      yield Buffer.from([0xff, 0x0a]);
    };
    const streams = { logs: async () => logs() } as unknown as PodStreams;
    const handler = new Map(podConnections(streams)).get(podLog);
    server = createServer();
    server.on('upgrade', (request, socket, head) => {
      const connect = { namespace: 'd', name: 'p', query: new URLSearchParams(), request, upgrade: { socket, head } };
      void handler?.handle(connect as unknown as ConnectRequest);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  it.each([
    [[], true, ['', '6f6e650a', 'ff0a']],
    [['binary.k8s.io'], true, ['', '6f6e650a', 'ff0a']],
    [
      ['base64.binary.k8s.io'],
      false,
      ['', Buffer.from('b25lCg==').toString('hex'), Buffer.from('/wo=').toString('hex')],
    ],
  ])('is sent to who offers %j, and ends with the log', async (protocols, inBinary, expected) => {
    const socket = new WebSocket(url, protocols);
    const messages: [string, boolean][] = [];
    socket.on('message', (data: Buffer, binary: boolean) => messages.push([data.toString('hex'), binary]));
    expect((await once(socket, 'close'))[0]).toBe(1000);
    expect(messages.slice(1)).toEqual(expected.slice(1).map((text) => [text, inBinary]));
    expect(messages[0]?.[0]).toBe('');
  });
});
