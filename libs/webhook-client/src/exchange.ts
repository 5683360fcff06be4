import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as send, type Agent } from 'node:https';
import { systemError } from './errors';
import type { Answer } from './responses';

/** One request. */
export interface Sent {
  readonly agent: Agent;
  readonly method: 'POST' | 'GET';
  readonly host: string;
  readonly port: number;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  readonly signal: AbortSignal;
}

/** As many bytes as an answer may have: as a request to the API server. */
export const mostBytes = 3 << 20;

/** An answer that broke off, or is too large. */
export class UnreadableAnswer extends Error {}

/** Sends a request and reads its answer to the end. Rejects with the error of Node.js, or UnreadableAnswer. */
export async function exchange(sent: Sent): Promise<Answer> {
  const response = await responseTo(sent);
  const text = await readText(response);
  const { statusCode: status = 0, headers } = response;
  const retryAfter = /^\d+$/.exec(headers['retry-after'] ?? '')?.[0];
  return {
    status,
    contentType: headers['content-type'] ?? '',
    location: headers.location,
    retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
    text,
  };
}

async function responseTo(sent: Sent): Promise<IncomingMessage> {
  const first = begin(sent);
  try {
    return await first.response;
  } catch (error) {
    // A connection that was kept may have been closed at its other end before this request came.
    if (!first.request.reusedSocket || !wasClosed(error) || sent.signal.aborted) throw error;
    return begin(sent).response;
  }
}

const wasClosed = (error: unknown): boolean => ['ECONNRESET', 'EPIPE'].includes(systemError(error).code);

function begin({ body, ...options }: Sent): { request: ClientRequest; response: Promise<IncomingMessage> } {
  const length = body ? { 'content-length': String(body.length) } : {};
  const request = send({ ...options, headers: { ...options.headers, ...length } });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
  });
  request.end(body);
  return { request, response };
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      // Leaving the loop destroys the connection.
      if (length > mostBytes) throw new Error(`http: response body too large: the limit is ${mostBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new UnreadableAnswer(systemError(cause).message, { cause });
  }
  return Buffer.concat(chunks, length).toString('utf8');
}
