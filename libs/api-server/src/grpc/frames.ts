import type { ServerHttp2Stream } from 'node:http2';
import { metav1, type Codec } from '@skiff/contracts';
import { badRequest, grpcCode, StatusError, statusTrailer } from '@skiff/platform';

const largestMessageBytes = 16 << 20;

/** A message with the five bytes that gRPC puts before it. */
export function frame(message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(5 + message.length);
  bytes[0] = 0;
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, 5);
  return bytes;
}

/** The messages of a request's stream, one after another. */
export async function* readFrames(stream: ServerHttp2Stream): AsyncIterable<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  // Whoever takes one message alone must not take the stream, and so the call, down with it.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    rest = rest.length ? Buffer.concat([rest, chunk]) : chunk;
    while (rest.length >= 5) {
      const length = rest.readUInt32BE(1);
      if (length > largestMessageBytes)
        throw new StatusError(
          413,
          'RequestEntityTooLarge',
          `a message of ${length} bytes is larger than ${largestMessageBytes}`,
        );
      if (rest[0] !== 0) throw badRequest('compressed messages are not understood');
      if (rest.length < 5 + length) break;
      yield rest.subarray(5, 5 + length);
      rest = rest.subarray(5 + length);
    }
  }
}

/** A message of a request. Throws BadRequest for bytes that are none. */
export function decodeMessage<T>(codec: Codec<T>, bytes: Uint8Array): T {
  try {
    return codec.decode(bytes);
  } catch (error) {
    throw badRequest(`the message cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The one message of a unary request. */
export async function readMessage(stream: ServerHttp2Stream): Promise<Buffer> {
  for await (const message of readFrames(stream)) return message;
  throw badRequest('the request carries no message');
}

export function startResponse(stream: ServerHttp2Stream): void {
  if (stream.headersSent || stream.destroyed) return;
  // Node's request layer would send trailers of its own, which are empty.
  stream.removeAllListeners('wantTrailers');
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
}

/** Ends a stream with its status, and the Status object behind an error. */
export function endResponse(stream: ServerHttp2Stream, error?: StatusError): void {
  if (stream.destroyed) return;
  const trailers = error
    ? {
        'grpc-status': String(grpcCode(error)),
        'grpc-message': encodeURIComponent(error.message),
        [statusTrailer]: Buffer.from(metav1.Status.encode(error.toStatus()).finish()).toString('base64'),
      }
    : { 'grpc-status': '0' };
  if (!stream.headersSent) startResponse(stream);
  // Node's request and response objects would send trailers of their own first.
  stream.removeAllListeners('wantTrailers');
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end();
}
