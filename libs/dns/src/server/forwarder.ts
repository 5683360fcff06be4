import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { frame, takeMessages } from './framing';

/** A resolver that other names are asked of. */
export interface Upstream {
  readonly address: string;
  /** Default 53. */
  readonly port?: number;
}

export interface ForwarderOptions {
  /** Asked in turn until one answers. */
  readonly upstreams: readonly Upstream[];
  /** How long one may take, in milliseconds. Default 1,500. */
  readonly timeoutMilliseconds?: number;
}

/** Passes queries on to the resolvers of the machine. */
export class Forwarder {
  private readonly timeout: number;

  constructor(private readonly options: ForwarderOptions) {
    this.timeout = options.timeoutMilliseconds ?? 1500;
  }

  /** The answer to a query as it came, under the query's id; undefined when no resolver answers. */
  async ask(query: Buffer, transport: 'udp' | 'tcp', signal: AbortSignal): Promise<Buffer | undefined> {
    for (const upstream of this.options.upstreams) {
      if (signal.aborted) return undefined;
      const limit = AbortSignal.any([signal, AbortSignal.timeout(this.timeout)]);
      try {
        return await (transport === 'udp' ? overUdp(query, upstream, limit) : overTcp(query, upstream, limit));
      } catch {
        continue; // The next one may know.
      }
    }
    return undefined;
  }
}

async function overUdp(query: Buffer, { address, port = 53 }: Upstream, signal: AbortSignal): Promise<Buffer> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  try {
    socket.connect(port, address);
    await once(socket, 'connect', { signal });
    socket.send(query);
    for (;;) {
      const [message] = (await once(socket, 'message', { signal })) as [Buffer];
      // A late answer to another query, or a forged one.
      if (message.length >= 12 && message.readUInt16BE(0) === query.readUInt16BE(0)) return message;
    }
  } finally {
    socket.close();
  }
}

async function overTcp(query: Buffer, { address, port = 53 }: Upstream, signal: AbortSignal): Promise<Buffer> {
  const socket = connect({ host: address, port, signal });
  try {
    await once(socket, 'connect', { signal });
    socket.write(frame(query));
    for await (const message of takeMessages(socket)) return message;
    throw new Error('the connection ended without an answer');
  } finally {
    socket.destroy();
  }
}
