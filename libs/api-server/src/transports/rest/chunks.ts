import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { drainedOrClosed } from '../drained-or-closed';
import { atTurnsEnd } from './event-loop-turn';

const lineEnd = '\r\n';

/** A part of a response, in the form of HTTP/1.1's chunked coding too, so that many connections share its bytes. */
export class Chunk {
  /** With the chunk's length before and a line's end behind. */
  readonly coded: Buffer;
  readonly data: Buffer;

  constructor(parts: readonly Buffer[]) {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const head = Buffer.from(length.toString(16) + lineEnd);
    this.coded = Buffer.concat([head, ...parts, Buffer.from(lineEnd)]);
    this.data = this.coded.subarray(head.length, head.length + length);
  }
}

/** Where the chunks of one response go. */
export interface ChunkOutput {
  begin(headers: OutgoingHttpHeaders): void;
  write(chunk: Chunk): void;
  /** Bytes that the peer has not taken yet. */
  backlog(): number;
  /** Resolves when the peer has taken them, or is gone. */
  drained(): Promise<void>;
  /** Gives the response up, and over HTTP/1.1 its connection, with what the peer has not taken. */
  abort(): void;
}

/** Over HTTP/1.1 a shared chunk goes to the socket as it is: Node.js would make four pieces of it for each connection. */
export function chunkOutput(response: ServerResponse): ChunkOutput {
  const begin = (headers: OutgoingHttpHeaders): void => {
    response.writeHead(200, headers);
    response.flushHeaders();
  };
  const { socket } = response;
  let held = false;
  // What one turn has for a connection goes out in one piece.
  const hold = (connection: Socket): void => {
    if (held) return;
    held = true;
    connection.cork();
    atTurnsEnd(() => {
      held = false;
      connection.uncork();
    });
  };
  const chunked = response.req.httpVersion === '1.1' && socket !== null;
  if (!chunked)
    return {
      begin,
      write: (chunk) => void response.write(chunk.data),
      backlog: () => response.writableLength,
      drained: () => drainedOrClosed(streamOf(response)),
      abort: () => response.destroy(),
    };
  return {
    begin: (headers) => begin({ ...headers, 'transfer-encoding': 'chunked' }),
    write: (chunk) => {
      if (!socket.writable) return;
      hold(socket);
      socket.write(chunk.coded);
    },
    backlog: () => socket.writableLength,
    drained: () => drainedOrClosed(socket),
    abort: () => socket.destroy(),
  };
}

/** HTTP/2's response says nothing of whether its stream has to drain. */
const streamOf = (response: ServerResponse): Writable =>
  'stream' in response ? (response.stream as Writable) : response;
