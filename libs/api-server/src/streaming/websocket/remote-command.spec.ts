import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { StatusError } from '@skiff/apimachinery';
import { systemClock } from '@skiff/platform';
import { WebSocket } from 'ws';
import { eventually } from '@skiff/testing';
import { bridgeCommand, type CommandCall } from '../remote-command';
import { refuseUpgrade, upgradeRemoteCommand } from '../upgrade';

const selection = { stdin: true, stdout: true, stderr: true, tty: false };

interface Sent {
  readonly stdin?: Buffer;
  readonly closeStdin?: object;
}

/** A kubelet whose command says at its end what it was sent. */
function catUntilEnd(told: (input: string) => void): CommandCall {
  const output = new Readable({ objectMode: true, read: () => undefined });
  let input = '';
  const write = ({ stdin, closeStdin }: Sent): boolean => {
    if (stdin) input += String(stdin);
    if (!closeStdin) return true;
    told(input);
    output.push({ stdout: Buffer.from(input) });
    output.push({ exit: { exitCode: input.includes('fail') ? 3 : 0 } });
    output.push(null);
    return true;
  };
  return Object.assign(output, { write, cancel: () => output.destroy() }) as unknown as CommandCall;
}

describe('Exec over channels of a WebSocket', () => {
  let server: Server;
  let url: string;
  const told: string[] = [];

  beforeAll(async () => {
    server = createServer();
    server.on('upgrade', (request, socket, head) => {
      const upgrade = { request, socket, head };
      upgradeRemoteCommand(upgrade, selection, systemClock)
        .then((user) =>
          bridgeCommand(
            user,
            catUntilEnd((input) => told.push(input)),
            systemClock,
          ),
        )
        .catch((error: unknown) => refuseUpgrade(upgrade, StatusError.from(error)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  async function open(protocols: string[]) {
    const socket = new WebSocket(url, protocols);
    const messages: string[] = [];
    socket.on('message', (message: Buffer) => messages.push(message.toString('latin1')));
    await once(socket, 'open');
    return { socket, messages };
  }

  it.each([
    [['v5.channel.k8s.io'], 'hello', ['\x01', '\x01hello', '\x03{"metadata":{},"status":"Success"}']],
    [['channel.k8s.io'], 'hello', ['\x01', '\x01hello']],
    [['channel.k8s.io'], 'fail', ['\x01', '\x01fail', '\x03command terminated with non-zero exit code: exit status 3']],
  ])('in %j sends %s', async (protocols, input, expected) => {
    const { socket, messages } = await open(protocols);
    const closed = once(socket, 'close');
    socket.send(Buffer.from(`\0${input}`));
    socket.send(Buffer.of(255, 0));
    await closed;
    expect([socket.protocol, messages]).toEqual([protocols[0], expected]);
  });

  it.each(['base64.channel.k8s.io', 'v4.base64.channel.k8s.io'])('speaks %s', async (protocol) => {
    const { socket, messages } = await open([protocol]);
    socket.send(`0${Buffer.from('hello').toString('base64')}`);
    const answered = once(socket, 'pong');
    socket.ping();
    await answered;
    expect([socket.protocol, messages]).toEqual([protocol, ['1']]);
    socket.close();
    await once(socket, 'close');
  });

  it('takes the first of the offers that it knows', async () => {
    const { socket } = await open(['v9', 'base64.channel.k8s.io', 'v4.channel.k8s.io']);
    expect(socket.protocol).toBe('base64.channel.k8s.io');
    socket.terminate();
  });

  it.each(['close', 'terminate'] as const)(
    'gives the command all that came before the %s, and its end',
    async (how) => {
      const { socket } = await open(['v4.channel.k8s.io']);
      const input = `${how} ${'x'.repeat(300_000)}`;
      await new Promise((resolve) => socket.send(Buffer.from(`\0${input}`), resolve));
      if (how === 'close') socket.close();
      else socket.terminate();
      await eventually(() => told.includes(input));
    },
  );
});
