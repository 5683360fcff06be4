import { PassThrough } from 'node:stream';
import { badRequest } from '@skiff/apimachinery';
import type { WebSocket } from 'ws';
import type { PortForwardEnd } from '../port-forward';
import { Channels } from './channels';

/** In order of preference; a client that names no protocol gets the first. */
export const channelPortForwardProtocols = ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io'];

/** Throws BadRequest with the text of upstream's kubelet when there are no ports, or one that is none. */
export function requirePorts(ports: readonly number[]): void {
  if (ports.length === 0) throw badRequest('query parameter "ports" is required');
  if (ports.includes(0)) throw badRequest('port "0" must be > 0');
}

/**
 * Port-forward over channels of a WebSocket, as upstream's kubelets serve it: two channels for each
 * port, `2n` for the bytes and `2n+1` for an error. Each begins with the port, two bytes, little
 * endian. There is one connection to each port, and no way for the client to close only its side;
 * the WebSocket closes when all connections have ended.
 */
export function channelPortForwardEnd(socket: WebSocket, ports: readonly number[]): PortForwardEnd {
  const channels = new Channels(socket);
  const gone = new AbortController();
  const inputs = ports.map(() => new PassThrough());
  for (const input of inputs) input.on('drain', () => socket.resume()).on('error', () => undefined);
  socket.on('close', () => {
    gone.abort(new Error('the client is gone'));
    for (const input of inputs) input.destroy();
  });
  channels.listen((channel, data) => {
    const input = channel % 2 === 0 ? inputs[channel / 2] : undefined;
    if (data.length && input?.writable && !input.write(data)) socket.pause();
  });
  return {
    async serve(forward) {
      await Promise.all(
        inputs.map(async (input, index) => {
          const port = ports[index] ?? 0;
          const [data, error] = [2 * index, 2 * index + 1];
          const prefix = Buffer.alloc(2);
          prefix.writeUInt16LE(port);
          await channels.send(data, prefix);
          await channels.send(error, prefix);
          const end = async (): Promise<void> => undefined;
          await forward(
            port,
            { input, signal: gone.signal, write: (bytes) => channels.send(data, bytes), end },
            { write: (bytes) => channels.send(error, bytes), end },
          );
        }),
      );
      socket.close(1000);
    },
  };
}
