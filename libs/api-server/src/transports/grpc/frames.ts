import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Codec } from '@skiff/contracts';
import { badRequest, requestEntityTooLarge, StatusError } from '@skiff/apimachinery';
import { failureTrailers, grpcCode, statusTrailer } from '@skiff/platform';

/** The largest message of any kind. */
const largestBytes = 16 << 20;

/** A message with the five bytes that gRPC puts before it. */
export function frame(message: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(5 + message.length);
  bytes[0] = 0;
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, 5);
  return bytes;
}

/** The messages of a request's stream, one after another. Throws RequestEntityTooLarge for one of more than `most` bytes. */
export async function* readFrames(stream: ServerHttp2Stream, most = largestBytes): AsyncIterable<Buffer> {
  const waiting: Buffer[] = [];
  let bytes = 0;
  let needed = headBytes;
  // Whoever takes one message alone must not take the stream, and so the call, down with it.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes < needed) continue;
    let rest = waiting.length === 1 ? chunk : Buffer.concat(waiting);
    for (needed = frameBytes(rest, most); rest.length >= needed; needed = frameBytes(rest, most)) {
      yield rest.subarray(headBytes, needed);
      rest = rest.subarray(needed);
    }
    waiting.splice(0, waiting.length, rest);
    bytes = rest.length;
  }
}

const headBytes = 5;

/** How many bytes the frame that begins here has, as far as they tell. Throws for one that is too large or compressed. */
function frameBytes(bytes: Buffer, most: number): number {
  if (bytes.length < headBytes) return headBytes;
  const length = bytes.readUInt32BE(1);
  if (length > most) throw requestEntityTooLarge(`limit is ${most}`);
  if (bytes[0] !== 0) throw new StatusError(501, '', 'compressed messages are not understood');
  return headBytes + length;
}

/** A message of a request. Throws BadRequest for bytes that are none. */
export function decodeMessage<T>(codec: Codec<T>, bytes: Uint8Array): T {
  try {
    return codec.decode(bytes);
  } catch (error) {
    throw badRequest(`the message cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The one message of a unary request. Throws as `readFrames`. */
export async function readMessage(stream: ServerHttp2Stream, most = largestBytes): Promise<Buffer> {
  for await (const message of readFrames(stream, most)) return message;
  throw badRequest('the request carries no message');
}

const addedHeaders = Symbol('addedHeaders');
type Answered = ServerHttp2Stream & { [addedHeaders]?: OutgoingHttpHeaders };

/** Says something in the headers of a response that has not begun. */
export function addHeaders(stream: Answered, headers: Readonly<Record<string, string>>): void {
  stream[addedHeaders] = { ...stream[addedHeaders], ...headers };
}

export function startResponse(stream: ServerHttp2Stream): void {
  if (stream.headersSent || stream.destroyed) return;
  // Node's request layer would send trailers of its own, which are empty.
  stream.removeAllListeners('wantTrailers');
  const headers = { ':status': 200, 'content-type': 'application/grpc', ...(stream as Answered)[addedHeaders] };
  stream.respond(headers, { waitForTrailers: true });
}

/** Ends a stream with its status, and the Status object behind an error. */
export function endResponse(stream: ServerHttp2Stream, error?: StatusError): void {
  if (stream.destroyed || stream.writableEnded) return;
  const trailers = error ? trailersOf(error) : { 'grpc-status': '0' };
  if (!stream.headersSent) startResponse(stream);
  // Node's request and response objects would send trailers of their own first.
  stream.removeAllListeners('wantTrailers');
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end();
}

function trailersOf(error: StatusError): Record<string, string> {
  const { message, status } = failureTrailers(error);
  return {
    'grpc-status': String(grpcCode(error)),
    'grpc-message': encodeURIComponent(message),
    [statusTrailer]: status.toString('base64'),
  };
}
