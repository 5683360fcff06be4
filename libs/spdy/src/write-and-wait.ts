import type { Writable } from 'node:stream';

/** Writes, and resolves when there is room for more, or nobody left to take it. Never rejects. */
export function writeAndWait(stream: Writable, data: Uint8Array): Promise<void> {
  if (stream.write(data) || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });
}
