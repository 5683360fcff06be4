import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock, Logger } from '@skiff/platform';
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
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of each answer. */
  readonly answered?: (transport: Transport, code: number) => void;
}

/** How often to see whether TCP is free, while another server has it. */
const takeOverMilliseconds = 50;
const readMilliseconds = 20;
const drainMilliseconds = 1_000;
/** A client that says nothing for so long is hung up on. */
const idleMilliseconds = 10_000;

/** Serves DNS over UDP and TCP on one address and port. */
export class DnsServer {
  private readonly stop = new AbortController();
  private readonly connections = new Set<Socket>();
  private readonly pending = new Set<Promise<void>>();
  private isClosing = false;
  private isClosed = false;
  /** Another server has TCP. */
  private isWaiting = false;

  private constructor(
    private readonly udp: UdpSocket,
    private readonly tcp: Server,
    private readonly options: DnsServerOptions,
  ) {
    udp.on('message', (message, client) => {
      const answering = this.handle(message, 'udp').then((answer) => {
        if (answer !== undefined && !this.isClosed) udp.send(answer, client.port, client.address);
      });
      this.pending.add(answering);
      void answering.finally(() => this.pending.delete(answering));
    });
    udp.on('error', (error) => options.logger.warn('a UDP message could not be sent', { error }));
    tcp.on('connection', (socket) => void this.converse(socket));
  }

  /**
   * Listens beside another server on the same address and port, if there is one: messages of UDP come to
   * the server that came last, and at once to the other when one goes, however it goes. TCP, of which
   * there can be one listener alone, is taken over as soon as it is free.
   */
  static async listen(options: DnsServerOptions): Promise<DnsServer> {
    const { address = '127.0.0.1', port = 53 } = options;
    const udp = createSocket({ type: address.includes(':') ? 'udp6' : 'udp4', reuseAddr: true });
    udp.bind(port, address);
    await once(udp, 'listening');
    const server = new DnsServer(udp, createServer(), options);
    await server.listenToTcp(address);
    return server;
  }

  /** Resolves when it listens, or another server does so in its place; rejects when it cannot. */
  private async listenToTcp(address: string): Promise<void> {
    const { clock, logger, port } = this.options;
    try {
      this.tcp.listen(this.port, address);
      await once(this.tcp, 'listening');
    } catch (error) {
      if (port === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
        this.udp.close();
        throw error;
      }
      if (!this.isWaiting) logger.info('TCP is served by another, and taken over when that one goes', { address });
      this.isWaiting = true;
      clock.after(takeOverMilliseconds, () => {
        if (this.isClosing) return;
        this.listenToTcp(address).catch((failure: unknown) => logger.error('TCP cannot be served', { error: failure }));
      });
    }
  }

  get port(): number {
    return this.udp.address().port;
  }

  /** Answers what has come so far, for a second at most, and closes. Whatever comes then is another server's. */
  async close(): Promise<void> {
    if (this.isClosing) return;
    this.isClosing = true;
    const { clock } = this.options;
    // What the kernel has already given to this server is read meanwhile.
    await clock.sleep(readMilliseconds);
    await Promise.race([Promise.allSettled(this.pending), clock.sleep(drainMilliseconds)]);
    this.isClosed = true;
    this.stop.abort();
    for (const connection of this.connections) connection.destroy();
    const closed = [once(this.udp, 'close')];
    this.udp.close();
    if (this.tcp.listening) {
      closed.push(once(this.tcp, 'close'));
      this.tcp.close();
    }
    await Promise.all(closed);
  }

  private async converse(socket: Socket): Promise<void> {
    this.connections.add(socket);
    socket.setTimeout(idleMilliseconds, () => socket.destroy());
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
