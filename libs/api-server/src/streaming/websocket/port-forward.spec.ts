import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import { eventually } from '@skiff/testing';
import type { ForwardPort } from '../port-forward';
import { refuseUpgrade, upgradePortForward } from '../upgrade';
import { requirePorts } from './port-forward';

/** Answers like an echo; port 9 refuses. */
const echo: ForwardPort = async (port, data, error) => {
  if (port === 9) return error.write(Buffer.from('refused'));
  try {
    for await (const bytes of data.input) await data.write(Buffer.from(`${port}:${String(bytes)}`));
  } catch {
    // The client is gone.
  }
};

describe('port-forward over channels of a WebSocket', () => {
  let server: Server;
  let url: string;
  const ended: string[] = [];

  beforeAll(async () => {
    server = createServer();
    server.on('upgrade', (request, socket, head) => {
      const upgrade = { request, socket, head };
      const { searchParams } = new URL(request.url ?? '', 'http://server');
      upgradePortForward(
        upgrade,
        searchParams.getAll('ports').flatMap((text) => text.split(',').map(Number)),
      )
        .then((user) => user.serve(echo))
        .then(() => ended.push(request.url ?? ''))
        .catch((error: unknown) => refuseUpgrade(upgrade, error));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  /** Connects, and collects messages until there are as many as expected. */
  async function open(query: string, protocols: string[]) {
    const socket = new WebSocket(`${url}/${query}`, protocols);
    const messages: Buffer[] = [];
    socket.on('message', (message: Buffer) => messages.push(message));
    const received = async (count: number): Promise<Buffer[]> => {
      await eventually(() => messages.length >= count);
      return messages;
    };
    await once(socket, 'open');
    return { socket, received };
  }

  it('begins both channels of each port with the port, then carries bytes', async () => {
    const { socket, received } = await open('?ports=80,443', ['v5.channel.k8s.io', 'v4.channel.k8s.io']);
    expect(socket.protocol).toBe('v4.channel.k8s.io');
    socket.send(Buffer.from('\x02hello'));
    const messages = await received(5);
    expect(messages.slice(0, 4).map((message) => [...message])).toEqual(
      expect.arrayContaining([
        [0, 80, 0],
        [1, 80, 0],
        [2, 187, 1],
        [3, 187, 1],
      ]),
    );
    expect(messages[4]?.toString()).toBe('\x02443:hello');
    socket.close();
    await once(socket, 'close');
  });

  it('speaks base64 with clients that can send text alone', async () => {
    const { socket, received } = await open('?ports=80', ['v4.base64.channel.k8s.io']);
    socket.send(`0${Buffer.from('hello').toString('base64')}`);
    const messages = (await received(3)).map(String);
    expect(messages).toEqual(['0UAA=', '1UAA=', `0${Buffer.from('80:hello').toString('base64')}`]);
    socket.close();
    await once(socket, 'close');
  });

  it('tells of an error on the second channel, and closes when all connections have ended', async () => {
    const { socket, received } = await open('?ports=9', []);
    const closed = once(socket, 'close');
    expect((await received(3))[2]?.toString()).toBe('\x01refused');
    expect((await closed)[0]).toBe(1000);
  });

  it('ends the connections when the client goes', async () => {
    const { socket } = await open('?ports=8080', ['v4.channel.k8s.io']);
    socket.terminate();
    await eventually(() => ended.includes('/?ports=8080'));
  });

  it('refuses what it does not speak, and queries without ports', async () => {
    const refused = async (query: string, protocol: string): Promise<number> => {
      const socket = new WebSocket(`${url}/${query}`, protocol);
      socket.on('error', () => undefined);
      const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
      return response.statusCode;
    };
    expect(await refused('?ports=80', 'v1.x')).toBe(403);
    expect(await refused('', 'v4.channel.k8s.io')).toBe(400);
  });

  it.each([
    [[], 'query parameter "ports" is required'],
    [[80, 0], 'port "0" must be > 0'],
  ])('refuses the ports %p', (ports, message) => {
    expect(() => requirePorts(ports)).toThrow(message);
  });
});
