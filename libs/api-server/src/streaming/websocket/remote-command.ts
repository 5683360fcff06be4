import { PassThrough } from 'node:stream';
import { createWebSocketStream, type WebSocket } from 'ws';
import { parseResize, type StreamSelection, type UserEnd } from '../user-end';

/** In order of preference. */
export const remoteCommandProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** Exec and attach over channels of a WebSocket: each message begins with the number of its channel. */
export function webSocketUserEnd(socket: WebSocket, selection: StreamSelection): UserEnd {
  const gone = new AbortController();
  const stdin = selection.stdin ? new PassThrough() : undefined;
  const resizeListeners: ((size: { width: number; height: number }) => void)[] = [];
  stdin?.on('error', () => undefined);
  stdin?.on('drain', () => socket.resume());
  socket.on('close', () => {
    // What the user sent before is still the command's.
    stdin?.end();
    gone.abort(new Error('the client is gone'));
  });
  socket.on('error', () => socket.terminate());
  socket.on('message', (data: Buffer) => {
    const payload = data.subarray(1);
    switch (data[0]) {
      case channels.stdin:
        if (payload.length && stdin?.writable && !stdin.write(payload)) socket.pause();
        break;
      case channels.resize: {
        const size = parseResize(payload.toString());
        if (size) for (const listener of resizeListeners) listener(size);
        break;
      }
      case channels.close:
        if (payload[0] === channels.stdin) stdin?.end();
        break;
    }
  });
  return {
    stdin,
    signal: gone.signal,
    onResize: (listener) => resizeListeners.push(listener),
    write: (channel, data) => send(socket, channels[channel], data),
    async finish(status) {
      await send(socket, channels.error, Buffer.from(JSON.stringify(status)));
      socket.close(1000);
    },
  };
}

function send(socket: WebSocket, channel: number, data: Uint8Array): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise((resolve) => {
    // An error means that the client is gone, which the signal tells.
    socket.send(Buffer.concat([Uint8Array.of(channel), data]), { binary: true }, () => resolve());
  });
}

/** A WebSocket as a plain stream of bytes, as SPDY is tunnelled through it. */
export function webSocketTunnel(socket: WebSocket): ReturnType<typeof createWebSocketStream> {
  const stream = createWebSocketStream(socket, { allowHalfOpen: false });
  stream.on('error', () => stream.destroy());
  return stream;
}
