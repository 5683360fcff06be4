import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers';

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

/** Connections with something to send at the end of this turn of the event loop. */
const held = new Set<Socket>();

/** Sends what one turn of the event loop has for a connection in one piece: the busier the server, the more at once. */
function writeSoon(socket: Socket, bytes: Buffer): void {
  if (held.size === 0) setImmediate(release);
  if (!held.has(socket)) {
    held.add(socket);
    socket.cork();
  }
  socket.write(bytes);
}

function release(): void {
  const sockets = [...held];
  held.clear();
  for (const socket of sockets) socket.uncork();
}

/** Where the chunks of one response go. */
export interface ChunkOutput {
  begin(headers: OutgoingHttpHeaders): void;
  write(chunk: Chunk): void;
  /** Bytes that the peer has not taken yet. */
  backlog(): number;
}

/** Over HTTP/1.1 a shared chunk goes to the socket as it is: Node.js would make four pieces of it for each connection. */
export function chunkOutput(response: ServerResponse): ChunkOutput {
  const begin = (headers: OutgoingHttpHeaders): void => {
    response.writeHead(200, headers);
    response.flushHeaders();
  };
  const { socket } = response;
  const chunked = response.req.httpVersion === '1.1' && socket !== null;
  if (!chunked)
    return { begin, write: (chunk) => void response.write(chunk.data), backlog: () => response.writableLength };
  return {
    begin: (headers) => begin({ ...headers, 'transfer-encoding': 'chunked' }),
    write: (chunk) => void (socket.writable && writeSoon(socket, chunk.coded)),
    backlog: () => socket.writableLength,
  };
}
