import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as send } from 'node:https';
import type { ReachableEndpoint } from '@skiff/api-server/aggregation';
import type { Clock } from '@skiff/platform';
import type { EndpointOptions, ServiceAgent } from './connections';
import { userHeaders } from './forward/headers';

/** Who this server is to the others, when nobody asked it to ask. */
const aggregatorUser = { name: 'system:kube-aggregator', uid: '', groups: ['system:masters'], extra: {} };

/** How long one of its own requests may take. */
const askMilliseconds = 5_000;

export interface OwnRequest {
  readonly endpoint: ReachableEndpoint;
  readonly agent: ServiceAgent;
  readonly path: string;
  readonly accept?: string;
  /** The tag of what is known already. */
  readonly etag?: string | undefined;
  /** How long the answer may be, in bytes. */
  readonly limit: number;
}

export interface OwnAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly etag: string | undefined;
  readonly body: Buffer;
}

/** Gets something of another API server. Rejects with an error of Node.js, or for an answer that is too long or too late. */
export async function ask(asked: OwnRequest, clock: Clock, signal: AbortSignal): Promise<OwnAnswer> {
  const request = begin(asked);
  const leave = (): void => void request.destroy(Object.assign(new Error('stopped'), { code: 'ABORT_ERR' }));
  const timer = clock.after(askMilliseconds, () =>
    request.destroy(Object.assign(new Error('context deadline exceeded'), { code: 'ETIMEDOUT' })),
  );
  signal.addEventListener('abort', leave, { once: true });
  try {
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      request.on('response', resolve);
      request.on('error', reject);
    });
    const { statusCode: status = 0, headers } = message;
    const body = await bodyOf(message, asked.limit);
    return { status, contentType: headers['content-type'] ?? '', etag: headers.etag, body };
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', leave);
  }
}

function begin({ endpoint, agent, path, accept = 'application/json', etag }: OwnRequest): ClientRequest {
  const { host } = endpoint;
  const [name = '', port = ''] = /^(.*):(\d+)$/.exec(host)?.slice(1) ?? [];
  const headers = { host, accept, ...(etag && { 'if-none-match': etag }), ...userHeaders(aggregatorUser) };
  const options: EndpointOptions = { endpoint, agent, host: name, port, path, headers };
  const request = send(options);
  request.end();
  return request;
}

async function bodyOf(message: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop destroys the connection.
    if (length > limit) throw new Error(`the answer has more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
