import { PassThrough } from 'node:stream';
import { createWebSocketStream, type WebSocket } from 'ws';
import { parseResize, type StreamSelection, type UserEnd } from '../user-end';
import { Channels } from './channels';

/** What upstream serves; a client that names no protocol is served like one of the first. */
export const remoteCommandProtocols = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'channel.k8s.io',
  'base64.channel.k8s.io',
];

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/**
 * Exec and attach over channels of a WebSocket.
 * Upstream: staging/src/k8s.io/kubelet/pkg/cri/streaming/remotecommand/websocket.go.
 */
export function webSocketUserEnd(socket: WebSocket, selection: StreamSelection): UserEnd {
  const gone = new AbortController();
  const ends = new Channels(socket);
  const stdin = selection.stdin ? new PassThrough() : undefined;
  const resizeListeners: ((size: { width: number; height: number }) => void)[] = [];
  stdin?.on('error', () => undefined);
  stdin?.on('drain', () => socket.resume());
  socket.on('close', () => {
    // What came before belongs to the command, as does the end.
    stdin?.end();
    gone.abort(new Error('the client is gone'));
  });
  ends.listen((channel, data) => {
    switch (channel) {
      case channels.stdin:
        if (data.length && stdin?.writable && !stdin.write(data)) socket.pause();
        break;
      case channels.resize: {
        const size = parseResize(data.toString());
        if (size) for (const listener of resizeListeners) listener(size);
        break;
      }
      case channels.close:
        if (data[0] === channels.stdin) stdin?.end();
        break;
    }
  });
  // An empty message tells that the connection stands.
  void ends.send(lowestWritable(selection), Buffer.alloc(0));
  return {
    stdin,
    signal: gone.signal,
    onResize: (listener) => resizeListeners.push(listener),
    write: (channel, data) => ends.send(channels[channel], data),
    async finish(status) {
      const text = statusText(socket.protocol, status);
      if (text) await ends.send(channels.error, Buffer.from(text));
      socket.close(1000);
    },
  };
}

const lowestWritable = ({ stdout, stderr }: StreamSelection): number =>
  stdout ? channels.stdout : stderr ? channels.stderr : channels.error;

/** The first protocols told of failures alone, and in words. */
function statusText(protocol: string, status: Parameters<UserEnd['finish']>[0]): string {
  if (/^v[45]\./.test(protocol)) return JSON.stringify(status);
  return status.status === 'Success' ? '' : (status.message ?? '');
}

/** A WebSocket as a plain stream of bytes, as SPDY is tunnelled through it. */
export function webSocketTunnel(socket: WebSocket): ReturnType<typeof createWebSocketStream> {
  const stream = createWebSocketStream(socket, { allowHalfOpen: false });
  stream.on('error', () => stream.destroy());
  return stream;
}
