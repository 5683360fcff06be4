import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Calls back once, with the code, before the head of a response is written. Nothing of Node.js tells of that. */
export function whenHeadIsWritten(response: ServerResponse, listener: (code: number) => void): void {
  const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => ServerResponse;
  response.writeHead = (code: number, ...rest: unknown[]) => {
    response.writeHead = writeHead;
    listener(code);
    return writeHead(code, ...rest);
  };
}

/** Calls back once, with the code, when the answer to a request that may be an upgrade is written to its connection. */
export function whenAnswered(socket: Duplex, listener: (code: number) => void): void {
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  socket.write = (chunk: unknown, ...rest: unknown[]) => {
    socket.write = write;
    const [, code] = /^HTTP\/1\.1 (\d{3})/.exec(String(chunk)) ?? [];
    if (code !== undefined) listener(Number(code));
    return write(chunk, ...rest);
  };
}
