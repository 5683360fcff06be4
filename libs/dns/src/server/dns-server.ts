import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Logger } from '@skiff/platform';
import { decode, type DecodedPacket } from 'dns-packet';
import { frame, takeMessages } from './framing';
import { encodeFormatError, encodeReply } from './message';
import type { Resolver, Transport } from './resolver';

export interface DnsServerOptions {
  /** Default 127.0.0.1. */
  readonly address?: string;
  /** Default 53; 0 takes a free one. */
  readonly port?: number;
  readonly resolver: Resolver;
  readonly logger: Logger;
  /** Told of each answer. */
  readonly answered?: (transport: Transport, code: number) => void;
}

/** A client that says nothing for so long is hung up on. */
const IDLE_MILLISECONDS = 10_000;

/** Serves DNS over UDP and TCP on one address and port. */
export class DnsServer {
  private readonly stop = new AbortController();
  private readonly connections = new Set<Socket>();

  private constructor(
    private readonly udp: UdpSocket,
    private readonly tcp: Server,
    private readonly options: DnsServerOptions,
  ) {
    udp.on('message', (message, client) => {
      void this.handle(message, 'udp').then((answer) => {
        if (answer !== undefined && !this.stop.signal.aborted) udp.send(answer, client.port, client.address);
      });
    });
    udp.on('error', (error) => options.logger.warn('a UDP message could not be sent', { error }));
    tcp.on('connection', (socket) => void this.converse(socket));
  }

  static async listen(options: DnsServerOptions): Promise<DnsServer> {
    const { address = '127.0.0.1', port = 53 } = options;
    const tcp = createServer();
    tcp.listen(port, address);
    await once(tcp, 'listening');
    const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    try {
      udp.bind((tcp.address() as AddressInfo).port, address);
      await once(udp, 'listening');
    } catch (error) {
      tcp.close();
      throw error;
    }
    return new DnsServer(udp, tcp, options);
  }

  get port(): number {
    return this.udp.address().port;
  }

  async close(): Promise<void> {
    if (this.stop.signal.aborted) return;
    this.stop.abort();
    for (const connection of this.connections) connection.destroy();
    const closed = Promise.all([once(this.udp, 'close'), once(this.tcp, 'close')]);
    this.udp.close();
    this.tcp.close();
    await closed;
  }

  private async converse(socket: Socket): Promise<void> {
    this.connections.add(socket);
    socket.setTimeout(IDLE_MILLISECONDS, () => socket.destroy());
    try {
      for await (const message of takeMessages(socket)) {
        const answer = await this.handle(message, 'tcp');
        if (answer === undefined) break;
        socket.write(frame(answer));
      }
    } catch (error) {
      this.options.logger.debug('a client went away', { error });
    } finally {
      this.connections.delete(socket);
      socket.destroySoon();
    }
  }

  private async handle(message: Buffer, transport: Transport): Promise<Buffer | undefined> {
    const query = read(message);
    if (query === undefined) return encodeFormatError(message);
    // An answer to an answer could go back and forth for ever.
    if (query.type === 'response') return undefined;
    let answer: Buffer;
    try {
      answer = await this.options.resolver.answer(message, query, transport, this.stop.signal);
    } catch (error) {
      this.options.logger.error('a query could not be answered', { question: query.questions, error });
      answer = encodeReply(query, { code: 'SERVFAIL' }, transport);
    }
    this.options.answered?.(transport, answer.readUInt16BE(2) & 0xf);
    return answer;
  }
}

function read(message: Buffer): DecodedPacket | undefined {
  try {
    return decode(message);
  } catch {
    return undefined;
  }
}
