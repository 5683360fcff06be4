import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { badRequest, requestEntityTooLarge } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';
import { mostRequestBytes } from '../../request/limits';

/** How long the rest of a body may take that nobody wants any more. */
const restMilliseconds = 500;

/** Reads a request's body whole; throws RequestEntityTooLarge as soon as it is, as upstream. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= mostRequestBytes) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(requestEntityTooLarge(`limit is ${mostRequestBytes}`));
      }
    });
    request.on('error', reject);
    request.on('aborted', () => reject(badRequest('the request was cut short')));
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
  });
}

/**
 * Ends what is left of a request that is answered although its body is not complete. A client that
 * is still sending gets the answer before its connection goes, or its stream of HTTP/2.
 */
export function leaveBody(request: IncomingMessage, response: ServerResponse, clock: Clock): void {
  if (isComplete(request) || response.destroyed) return;
  if (request.httpVersionMajor > 1) {
    const { stream } = response as unknown as Http2ServerResponse;
    stream.once('finish', () => stream.close());
    return;
  }
  const { socket } = request;
  response.once('finish', () => {
    const closing = clock.after(restMilliseconds, () => {
      socket.end();
      const closed = clock.after(restMilliseconds, () => socket.destroy());
      socket.once('close', () => closed.cancel());
    });
    request.once('close', () => closing.cancel());
  });
}

/** One of HTTP/2 that nobody began to read ends by itself. */
function isComplete(request: IncomingMessage): boolean {
  return request.httpVersionMajor > 1
    ? request.readableFlowing === null || request.readableEnded || request.destroyed
    : request.complete;
}
