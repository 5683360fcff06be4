import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2SecureServer, ServerHttp2Session } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Clock, Timer } from '@skiff/platform';

/** Upstream's limits for a connection. Upstream: staging/src/k8s.io/apiserver/pkg/server/secure_serving.go */
export const connectionLimits = {
  /** From the first byte of a request, or of a connection, to the end of its header. */
  headerMilliseconds: 32_000,
  headerBytes: 1 << 20,
  /** Without a request. */
  idleMilliseconds: 90_000,
  /**
   * What a session of HTTP/2 may have waiting for its client before it takes no more requests, in megabytes. Node.js
   * has 10, which one list that a client reads slowly exceeds; upstream has no limit but that of its streams.
   */
  sessionMegabytes: 512,
} as const;

const sweepMilliseconds = 10_000;

interface Activity {
  requests: number;
  /** When the last request ended, on the monotonic clock. */
  idleSince: number;
  /** One of its requests is over. */
  readonly over: () => void;
  /** Ends the connection. */
  readonly end: () => void;
}

/** Knows which connections have nothing to do, and ends those that had nothing for too long. */
export class Connections {
  private readonly activities = new Map<object, Activity>();
  private timer: Timer | undefined;

  constructor(private readonly clock: Clock) {}

  /** Watches over a connection of HTTP/1.1. */
  addSocket(socket: TLSSocket): void {
    deliverWhenPaused(socket);
    this.add(socket, () => socket.destroy());
  }

  addSession(session: ServerHttp2Session): void {
    this.add(session, () => session.close());
  }

  /** A request begins on a connection. */
  busy(request: IncomingMessage, response: ServerResponse): void {
    const activity = this.activities.get(connectionOf(request));
    if (!activity) return;
    activity.requests += 1;
    response.on('close', activity.over);
  }

  /** HTTP has ended on a connection, which goes on. */
  leaveAlone(socket: object): void {
    this.activities.delete(socket);
  }

  private add(connection: TLSSocket | ServerHttp2Session, end: () => void): void {
    const activity: Activity = {
      requests: 0,
      idleSince: this.clock.monotonic(),
      over: () => {
        activity.requests -= 1;
        activity.idleSince = this.clock.monotonic();
      },
      end,
    };
    this.activities.set(connection, activity);
    connection.once('close', () => this.activities.delete(connection));
    this.timer ??= this.clock.after(sweepMilliseconds, () => this.sweep());
  }

  private sweep(): void {
    const before = this.clock.monotonic() - connectionLimits.idleMilliseconds;
    for (const [connection, { requests, idleSince, end }] of this.activities) {
      if (requests > 0 || idleSince > before) continue;
      this.activities.delete(connection);
      end();
    }
    this.timer = this.activities.size > 0 ? this.clock.after(sweepMilliseconds, () => this.sweep()) : undefined;
  }
}

const connectionOf = (request: IncomingMessage): object =>
  (request as { stream?: { session?: ServerHttp2Session } }).stream?.session ?? request.socket;

/**
 * While an answer drains, Node.js pauses a connection and its parser. Bytes that TLS had decrypted by
 * then reach the parser all the same, which takes them for an error of the client and resets the
 * connection, unless they come by way of the stream: reading its `data` makes them do so from there on.
 */
function deliverWhenPaused(socket: TLSSocket): void {
  socket.once('pause', () => {
    socket.on('data', () => undefined);
    // The stream takes itself to be reading since the parser took over, and would wait for ever.
    socket.push(Buffer.alloc(0));
  });
}

/** Limits of HTTP/1.1 that Node.js takes as properties alone. Its own limit for a whole request is off: requests have deadlines. */
export function limitHeaders(server: Http2SecureServer): void {
  Object.assign(server, {
    headersTimeout: connectionLimits.headerMilliseconds,
    maxHeaderSize: connectionLimits.headerBytes,
    requestTimeout: 0,
    connectionsCheckingInterval: 1_000,
  });
}
