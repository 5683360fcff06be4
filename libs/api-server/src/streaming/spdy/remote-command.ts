import type { SpdyConnection, SpdyStream } from '@skiff/spdy';
import { parseResize, type StreamSelection, type TerminalSize, type UserEnd } from '../user-end';

/** In order of preference. */
export const spdyRemoteCommandProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** How long a client may take to open its streams, in milliseconds: upstream's 30 seconds. */
export const streamCreationTimeout = 30_000;

/**
 * Exec and attach over SPDY: a stream each for error, stdin, stdout, stderr and resize, told apart by
 * their header `streamtype`. Resolves when the client has opened those that it asked for.
 */
export async function spdyUserEnd(
  connection: SpdyConnection,
  selection: StreamSelection,
  timeout: Promise<never>,
): Promise<UserEnd> {
  const gone = new AbortController();
  const streams = new Map<string, SpdyStream>();
  const expected = ['error', ...(['stdin', 'stdout'] as const).filter((name) => selection[name])];
  if (selection.tty) expected.push('resize');
  else if (selection.stderr) expected.push('stderr');
  const complete = new Promise<void>((resolve, reject) => {
    const leave = (): void => {
      gone.abort(new Error('the client is gone'));
      reject(new Error('the client went before it had opened its streams'));
    };
    connection
      .run((stream) => {
        const type = stream.headers.get('streamtype') ?? '';
        streams.set(type, stream);
        if (type === 'stdin') stream.keepInput();
        if (expected.every((name) => streams.has(name))) resolve();
      })
      .then(leave, leave);
  });
  await Promise.race([complete, timeout]);
  return {
    stdin: selection.stdin ? streams.get('stdin')?.input : undefined,
    signal: gone.signal,
    onResize: (listener) => readSizes(streams.get('resize'), listener),
    write: async (channel, data) => streams.get(channel)?.write(data),
    async finish(status) {
      await streams.get('error')?.write(Buffer.from(JSON.stringify(status)));
      for (const stream of streams.values()) await stream.end();
      await connection.close();
    },
  };
}

/** Sizes come as JSON documents one after another. */
function readSizes(stream: SpdyStream | undefined, listener: (size: TerminalSize) => void): void {
  let text = '';
  stream?.input.on('data', (data: Buffer) => {
    text += data.toString();
    for (let end = text.indexOf('}'); end >= 0; end = text.indexOf('}')) {
      const size = parseResize(text.slice(0, end + 1));
      text = text.slice(end + 1);
      if (size) listener(size);
    }
  });
}
