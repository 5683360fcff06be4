import { once } from 'node:events';
import { PassThrough, type Duplex, type Readable } from 'node:stream';
import { controlFrame, dataFrame, finFlag, FrameReader, frameType, numbers, type Frame } from './frames';
import { HeaderCodec, type Headers } from './header-codec';

/** A stream waits for its reader once so many bytes are buffered. */
const inputBuffer = 1 << 20;

/** A stream that the client opened. */
export class SpdyStream {
  readonly #input = new PassThrough({ highWaterMark: inputBuffer });
  readonly #gone = new AbortController();
  #ended = false;
  #keepsInput = false;

  constructor(
    readonly id: number,
    readonly headers: Headers,
    private readonly send: (frame: Buffer) => Promise<void>,
  ) {
    // A reader that went away is no failure of the connection.
    this.#input.on('error', () => undefined);
  }

  /** What the client sends; ends when it closes its side. */
  get input(): Readable {
    return this.#input;
  }

  /** Aborts when the client is gone, or has given up the stream. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Resolves when the client can take more. */
  async write(data: Uint8Array): Promise<void> {
    if (!this.#ended) await this.send(dataFrame(this.id, 0, data));
  }

  /** Closes this side. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.send(dataFrame(this.id, finFlag, Buffer.alloc(0)));
  }

  /** For the connection: hands on what the client sent, and waits while too much is unread. */
  async receive(data: Uint8Array, last: boolean): Promise<void> {
    if (this.#input.destroyed || this.#input.writableEnded) return;
    const room = data.length === 0 || this.#input.write(data);
    if (last) this.#input.end();
    else if (!room) await Promise.race([once(this.#input, 'drain'), once(this.#input, 'close')]);
  }

  /** What the client sent counts although it goes without ending the stream: the input ends, and is not destroyed. */
  keepInput(): void {
    this.#keepsInput = true;
  }

  /** For the connection: the client is gone, or has given up the stream. */
  abandon(): void {
    this.#ended = true;
    this.#gone.abort(new Error('the client is gone'));
    // What it has ended is read to the end in any case.
    if (this.#keepsInput) this.#input.end();
    else if (!this.#input.writableEnded) this.#input.destroy();
  }
}

/** The server's side of SPDY/3.1 as `kubectl` speaks it. Flow control is not used, as upstream's library does not. */
export class SpdyConnection {
  readonly #streams = new Map<number, SpdyStream>();
  readonly #codec = new HeaderCodec();
  #last = 0;

  constructor(private readonly transport: Duplex) {}

  /** Serves until the client goes; every stream that it opens goes to `accept`. Throws when the client breaks the protocol. */
  async serve(accept: (stream: SpdyStream) => void): Promise<void> {
    const reader = new FrameReader();
    try {
      for await (const bytes of this.transport as AsyncIterable<Buffer>)
        for (const frame of reader.push(bytes)) if ((await this.#handle(frame, accept)) === 'away') return;
    } catch (error) {
      // A client that is gone without a word ends the connection like one that says so.
      if (!this.transport.destroyed) throw error;
    } finally {
      for (const stream of this.#streams.values()) stream.abandon();
      this.#codec.close();
    }
  }

  /** Says goodbye and closes, after all that was written is sent. */
  async close(): Promise<void> {
    await this.#send(controlFrame(frameType.goAway, 0, numbers(this.#last, 0)));
    this.transport.end();
  }

  forget(stream: SpdyStream): void {
    this.#streams.delete(stream.id);
  }

  async #handle(frame: Frame, accept: (stream: SpdyStream) => void): Promise<'away' | undefined> {
    if (frame.kind === 'data') {
      await this.#streams.get(frame.streamId)?.receive(frame.payload, (frame.flags & finFlag) !== 0);
      return undefined;
    }
    switch (frame.type) {
      case frameType.synStream:
        await this.#open(frame.payload, frame.flags, accept);
        break;
      case frameType.rstStream: {
        const id = frame.payload.readUInt32BE(0);
        this.#streams.get(id)?.abandon();
        this.#streams.delete(id);
        break;
      }
      case frameType.ping:
        await this.#send(controlFrame(frameType.ping, 0, frame.payload));
        break;
      case frameType.headers:
        // Nobody needs them, but the compression has to see them.
        await this.#codec.decode(frame.payload.subarray(4));
        break;
      case frameType.goAway:
        return 'away';
    }
    return undefined;
  }

  async #open(payload: Buffer, flags: number, accept: (stream: SpdyStream) => void): Promise<void> {
    const id = payload.readUInt32BE(0) & 0x7fffffff;
    const headers = await this.#codec.decode(payload.subarray(10));
    const stream = new SpdyStream(id, headers, (frame) => this.#send(frame));
    this.#streams.set(id, stream);
    this.#last = id;
    const reply = await this.#codec.encode(new Map());
    await this.#send(controlFrame(frameType.synReply, 0, Buffer.concat([numbers(id), reply])));
    accept(stream);
    if (flags & finFlag) await stream.receive(Buffer.alloc(0), true);
  }

  async #send(frame: Buffer): Promise<void> {
    if (this.transport.destroyed || this.transport.writableEnded) return;
    if (!this.transport.write(frame))
      await Promise.race([once(this.transport, 'drain'), once(this.transport, 'close')]);
  }
}
