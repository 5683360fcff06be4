import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import type { Clock } from '@skiff/platform';
import { CallError, Code } from './call-error';

export interface UnaryChannelOptions {
  /** Such as `https://10.0.0.1:2379`; when one is lost the next is tried. */
  readonly endpoints: readonly string[];
  readonly tls?: { readonly ca: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
  readonly timeoutMilliseconds: number;
  readonly clock: Clock;
}

const windowBytes = 4 << 20;
const keepAliveMilliseconds = 10_000;
const keepAliveTimeoutMilliseconds = 5_000;

interface Link {
  readonly session: ClientHttp2Session;
  connected: boolean;
}

/** Unary gRPC calls over one HTTP/2 connection, with none of the machinery of a general client. */
export class UnaryChannel {
  private link: Link | undefined;
  private next = 0;
  private closed = false;

  constructor(private readonly options: UnaryChannelOptions) {}

  /** The message that answers. Throws a CallError that says whether etcd may have seen the call. */
  call(path: string, message: Uint8Array): Promise<Buffer> {
    if (this.closed) return Promise.reject(new CallError(Code.cancelled, 'the connection is closed', false));
    const link = (this.link ??= this.open());
    return new Promise((resolve, reject) => {
      let stream: ClientHttp2Stream;
      try {
        stream = link.session.request({
          [constants.HTTP2_HEADER_METHOD]: 'POST',
          [constants.HTTP2_HEADER_PATH]: path,
          'content-type': 'application/grpc',
          te: 'trailers',
        });
      } catch (error) {
        // The session went down a moment ago; the next call opens another.
        this.drop(link);
        reject(new CallError(Code.unavailable, textOf(error), false));
        return;
      }
      const { clock, timeoutMilliseconds } = this.options;
      const deadline = clock.after(timeoutMilliseconds, () => {
        stream.close(constants.NGHTTP2_CANCEL);
        reject(new CallError(Code.deadlineExceeded, `no answer within ${timeoutMilliseconds} ms`, link.connected));
      });
      collect(stream, (error, answer) => {
        deadline.cancel();
        if (answer) resolve(answer);
        else reject(error ?? new CallError(Code.unavailable, 'the connection was lost', link.connected));
      });
      stream.end(framed(message));
    });
  }

  close(): void {
    this.closed = true;
    this.link?.session.destroy();
    this.link = undefined;
  }

  private open(): Link {
    const { endpoints, tls } = this.options;
    const endpoint = endpoints[this.next++ % endpoints.length] ?? '';
    const session = connect(endpoint, { ...tls, settings: { initialWindowSize: windowBytes, enablePush: false } });
    const link: Link = { session, connected: false };
    session.once('connect', () => {
      link.connected = true;
      session.setLocalWindowSize(2 * windowBytes);
      this.keepAlive(link);
    });
    // Each stream reports the error of its session.
    session.on('error', () => this.drop(link));
    session.on('goaway', () => this.drop(link));
    session.on('close', () => this.drop(link));
    return link;
  }

  private drop(link: Link): void {
    if (this.link === link) this.link = undefined;
  }

  /** Finds a peer that is gone without a word. */
  private keepAlive({ session }: Link): void {
    const { clock } = this.options;
    clock.after(keepAliveMilliseconds, () => {
      if (session.destroyed) return;
      const lost = clock.after(keepAliveTimeoutMilliseconds, () => session.destroy());
      session.ping(() => {
        lost.cancel();
        this.keepAlive({ session, connected: true });
      });
    });
  }
}

function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(5 + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, 5);
  return frame;
}

function collect(stream: ClientHttp2Stream, done: (error: CallError | undefined, answer?: Buffer) => void): void {
  const chunks: Buffer[] = [];
  let status: string | undefined;
  let message = '';
  let failure: Error | undefined;
  const learn = (headers: Readonly<Record<string, unknown>>): void => {
    if (headers['grpc-status'] === undefined) return;
    status = String(headers['grpc-status']);
    message = decodeURIComponent(String(headers['grpc-message'] ?? ''));
  };
  stream.on('response', learn);
  stream.on('trailers', learn);
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', (error) => (failure = error));
  stream.on('close', () => {
    if (status === '0') return done(undefined, Buffer.concat(chunks).subarray(5));
    if (status !== undefined) return done(new CallError(Number(status), message, true));
    done(failure ? new CallError(Code.unavailable, failure.message, !isRefused(failure)) : undefined);
  });
}

const isRefused = (error: Error): boolean => error.message.includes('ECONNREFUSED');
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
