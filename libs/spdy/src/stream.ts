import { PassThrough, type Readable } from 'node:stream';
import { dataFrame, finFlag } from './frames';
import type { Headers } from './header-codec';
import { writeAndWait } from './write-and-wait';

/** A stream waits for its reader once so many bytes are buffered. */
const inputBuffer = 1 << 20;
/** In bytes: what is longer goes in several frames. */
const longestData = 1 << 16;

/** One of the streams of a connection, at either end of it. */
export class SpdyStream {
  /** Resolves when all has been read that the other side sends, or it is gone. */
  readonly ended: Promise<void>;
  private readonly buffer = new PassThrough({ highWaterMark: inputBuffer });
  private readonly gone = new AbortController();
  private hasEnded = false;
  private keepsInput = false;

  constructor(
    readonly id: number,
    /** What it was opened with. */
    readonly headers: Headers,
    private readonly send: (frame: Buffer) => Promise<void>,
  ) {
    // A reader that went away is no failure of the connection.
    this.buffer.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.buffer.once('end', resolve);
      this.buffer.once('close', resolve);
    });
  }

  /** What the other side sends; ends when it closes its side. */
  get input(): Readable {
    return this.buffer;
  }

  /** Aborts when the other side is gone, or has given up the stream. */
  get signal(): AbortSignal {
    return this.gone.signal;
  }

  /** Resolves when the other side can take more. */
  async write(data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length && !this.hasEnded; at += longestData) {
      await this.send(dataFrame(this.id, 0, data.subarray(at, at + longestData)));
    }
  }

  /** Closes this side. */
  async end(): Promise<void> {
    if (this.hasEnded) return;
    this.hasEnded = true;
    await this.send(dataFrame(this.id, finFlag, Buffer.alloc(0)));
  }

  /** What was sent counts although the sender goes without ending the stream: the input ends, and is not destroyed. */
  keepInput(): void {
    this.keepsInput = true;
  }

  /** For the connection: hands on what was sent, and waits while too much is unread. */
  async receive(data: Uint8Array, last: boolean): Promise<void> {
    if (this.buffer.destroyed || this.buffer.writableEnded) return;
    const room = data.length === 0 ? undefined : writeAndWait(this.buffer, data);
    if (last) this.buffer.end();
    else await room;
  }

  /** For the connection: the other side is gone, or has given up the stream. */
  abandon(): void {
    this.hasEnded = true;
    this.gone.abort(new Error('the other side is gone'));
    // What it has ended is read to the end in any case.
    if (this.keepsInput) this.buffer.end();
    else if (!this.buffer.writableEnded) this.buffer.destroy();
  }
}
