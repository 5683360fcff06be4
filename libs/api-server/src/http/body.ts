import type { IncomingMessage } from 'node:http';
import { badRequest, requestEntityTooLarge } from '@skiff/platform';

/** The largest body that upstream reads. */
export const bodyLimitBytes = 3 << 20;

/** Reads a request's body whole; throws RequestEntityTooLarge as upstream. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyLimitBytes) chunks.push(chunk);
    });
    request.on('error', reject);
    request.on('aborted', () => reject(badRequest('the request was cut short')));
    request.on('end', () => {
      if (size > bodyLimitBytes) reject(requestEntityTooLarge(`limit is ${bodyLimitBytes}`));
      else resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    });
  });
}
