import { request } from 'node:http';
import type { Socket } from 'node:net';
import { ControlType, controlFrame, dataFrame, FrameReader, synStreamFrame, type Frame } from './frames';

const maxFrame = 64 * 1024;

/** One of the streams of a connection. */
export class SpdyStream {
  /** Takes what arrives. */
  onData: (data: Buffer) => void = () => undefined;
  /** Resolves when the other side has sent all, or the connection is gone. */
  readonly ended: Promise<void>;
  private resolveEnded: () => void = () => undefined;

  constructor(
    private readonly connection: SpdyConnection,
    readonly id: number,
  ) {
    this.ended = new Promise((resolve) => (this.resolveEnded = resolve));
  }

  /** False when the writer should wait for `connection.drained`. */
  write(data: Buffer): boolean {
    let free = true;
    for (let at = 0; at < data.length; at += maxFrame) {
      free = this.connection.send(dataFrame(this.id, data.subarray(at, at + maxFrame), false));
    }
    return free;
  }

  /** Sends no more. */
  end(): void {
    this.connection.send(dataFrame(this.id, Buffer.alloc(0), true));
  }

  receive(data: Buffer, fin: boolean): void {
    if (data.length > 0) this.onData(data);
    if (fin) this.close();
  }

  close(): void {
    this.resolveEnded();
  }
}

/** A client's connection that was upgraded to SPDY 3.1. */
export class SpdyConnection {
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  private readonly reader = new FrameReader();
  private readonly streams = new Map<number, SpdyStream>();
  private nextId = 1;

  private constructor(
    private readonly socket: Socket,
    /** The protocol that the server chose. */
    readonly protocol: string,
    head: Buffer,
  ) {
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        for (const stream of this.streams.values()) stream.close();
        resolve();
      });
    });
    // The close that follows an error tells all that has to be known.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    if (head.length > 0) this.take(head);
  }

  /** Upgrades a request to one of these protocols. */
  static connect(url: string, protocols: readonly string[]): Promise<SpdyConnection> {
    return new Promise((resolve, reject) => {
      const call = request(url, {
        method: 'POST',
        agent: false,
        headers: {
          connection: 'Upgrade',
          upgrade: 'SPDY/3.1',
          'x-stream-protocol-version': [...protocols],
        },
      });
      call.once('upgrade', (answer, socket, head) => {
        const protocol = answer.headers['x-stream-protocol-version'];
        resolve(new SpdyConnection(socket as Socket, String(protocol ?? protocols[0] ?? ''), head));
      });
      call.once('response', (answer) => {
        answer.resume();
        reject(new Error(`the runtime's streaming server answered ${answer.statusCode ?? 0}`));
      });
      call.once('error', reject);
      call.end();
    });
  }

  open(headers: Readonly<Record<string, string>>): SpdyStream {
    const id = this.nextId;
    this.nextId += 2;
    const stream = new SpdyStream(this, id);
    this.streams.set(id, stream);
    this.send(synStreamFrame(id, headers, id === 1));
    return stream;
  }

  send(frame: Buffer): boolean {
    return this.socket.destroyed || this.socket.write(frame);
  }

  /** Calls back once when what was sent has left. */
  onceDrained(callback: () => void): void {
    this.socket.once('drain', callback);
  }

  /** Stops taking what arrives until `resume`. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  close(): void {
    this.socket.destroy();
  }

  /** Closes after what was sent has left, and takes no notice of what still arrives. */
  leave(): void {
    for (const stream of this.streams.values()) stream.onData = () => undefined;
    this.socket.end();
    // What is not read by then would have the other side thrown out before it has read all.
    this.socket.resume();
  }

  private take(chunk: Buffer): void {
    for (const frame of this.reader.push(chunk)) this.handle(frame);
  }

  private handle(frame: Frame): void {
    if (frame.kind === 'data') {
      this.streams.get(frame.streamId)?.receive(frame.data, frame.fin);
      return;
    }
    const { type, payload } = frame;
    if (type === ControlType.ping) {
      // An even number is the server's, and comes back to it.
      if (payload.readUInt32BE(0) % 2 === 0) this.send(controlFrame(ControlType.ping, 0, payload));
    } else if (type === ControlType.rstStream) {
      this.streams.get(payload.readUInt32BE(0) & 0x7fffffff)?.close();
    } else if (type === ControlType.goAway) {
      this.socket.end();
    }
  }
}
