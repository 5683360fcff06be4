import type { Duplex } from 'node:stream';
import { controlFrame, finFlag, FrameReader, frameType, numbers, type Frame } from './frames';
import { HeaderCodec, type Headers } from './header-codec';
import { writeAndWait } from './write-and-wait';
import { SpdyStream } from './stream';

/** Who opens streams: the client. Its streams have odd numbers. */
export type SpdyRole = 'client' | 'server';

/**
 * One side of a connection that speaks SPDY/3.1 as kubectl and container runtimes do. Flow control is not used, as
 * upstream's library does not: a stream that is not read holds the others up once its buffer is full.
 */
export class SpdyConnection {
  private readonly streams = new Map<number, SpdyStream>();
  private readonly codec = new HeaderCodec();
  private lastId = 0;
  private opening: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly transport: Duplex,
    private readonly role: SpdyRole,
  ) {}

  /**
   * Reads until the other side goes, or is cut off as it breaks the protocol; every stream that a client opens goes to
   * `accept`.
   */
  async run(accept: (stream: SpdyStream) => void = () => undefined): Promise<void> {
    const reader = new FrameReader();
    try {
      for await (const bytes of this.transport as AsyncIterable<Buffer>)
        for (const frame of reader.push(bytes)) if ((await this.handle(frame, accept)) === 'away') return;
    } catch (error) {
      // One that is gone without a word, or was cut off, ends the connection like one that says so.
      if (!this.transport.destroyed) throw error;
    } finally {
      for (const stream of this.streams.values()) stream.abandon();
      this.codec.close();
    }
  }

  /** Opens a stream, as only a client may. What the server has sent on it is kept although it goes. */
  open(headers: Headers): Promise<SpdyStream> {
    const opened = this.opening.then(async () => {
      if (this.transport.destroyed) throw new Error('the connection is gone');
      const block = await this.codec.encode(headers);
      const id = this.lastId === 0 ? 1 : this.lastId + 2;
      this.lastId = id;
      const stream = this.add(id, headers);
      stream.keepInput();
      // The stream that it belongs to, and its priority: none, and the highest.
      await this.send(controlFrame(frameType.synStream, 0, Buffer.concat([numbers(id, 0), Buffer.alloc(2), block])));
      return stream;
    });
    this.opening = opened.catch(() => undefined);
    return opened;
  }

  /** Says goodbye and closes, after all that was written is sent. */
  async close(): Promise<void> {
    await this.send(controlFrame(frameType.goAway, 0, numbers(this.lastId, 0)));
    this.transport.end();
  }

  /** Sends what was written and no more, without a word, and goes on reading until the other side has gone. */
  leave(): void {
    this.transport.end();
  }

  /** Closes at once. */
  destroy(): void {
    this.transport.destroy();
  }

  /** The stream is done with at both ends. */
  forget(stream: SpdyStream): void {
    this.streams.delete(stream.id);
  }

  private add(id: number, headers: Headers): SpdyStream {
    const stream = new SpdyStream(id, headers, (frame) => this.send(frame));
    this.streams.set(id, stream);
    return stream;
  }

  private async handle(frame: Frame, accept: (stream: SpdyStream) => void): Promise<'away' | undefined> {
    if (frame.kind === 'data') {
      await this.streams.get(frame.streamId)?.receive(frame.payload, (frame.flags & finFlag) !== 0);
      return undefined;
    }
    const { payload } = frame;
    switch (frame.type) {
      case frameType.synStream:
        if (this.role === 'server') await this.accept(payload, frame.flags, accept);
        break;
      case frameType.rstStream: {
        const id = payload.readUInt32BE(0) & 0x7fffffff;
        this.streams.get(id)?.abandon();
        this.streams.delete(id);
        break;
      }
      case frameType.ping:
        if (this.isOthers(payload.readUInt32BE(0))) await this.send(controlFrame(frameType.ping, 0, payload));
        break;
      case frameType.headers:
        // Nobody needs them, but the compression has to see them.
        if (this.role === 'server') await this.codec.decode(payload.subarray(4));
        break;
      case frameType.goAway:
        if (this.role === 'server') return 'away';
        // What the server has still to say is read.
        this.transport.end();
        break;
    }
    return undefined;
  }

  /** Whether a number is one that the other side gave out: a client's are odd. */
  private isOthers(id: number): boolean {
    return (id % 2 === 1) === (this.role === 'server');
  }

  private async accept(payload: Buffer, flags: number, accept: (stream: SpdyStream) => void): Promise<void> {
    const id = payload.readUInt32BE(0) & 0x7fffffff;
    const headers = await this.codec.decode(payload.subarray(10));
    const stream = this.add(id, headers);
    this.lastId = id;
    const reply = await this.codec.encode(new Map());
    await this.send(controlFrame(frameType.synReply, 0, Buffer.concat([numbers(id), reply])));
    accept(stream);
    if (flags & finFlag) await stream.receive(Buffer.alloc(0), true);
  }

  private async send(frame: Buffer): Promise<void> {
    if (this.transport.destroyed || this.transport.writableEnded) return;
    await writeAndWait(this.transport, frame);
  }
}
