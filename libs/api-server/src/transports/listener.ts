import {
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { serverTlsOptions, type Clock, type Logger } from '@skiff/platform';
import { connectionLimits, Connections, limitHeaders } from './connections';
import { GrpcHandler } from './grpc/grpc-handler';
import type { HttpHandler } from './rest/http-handler';

export interface RunningApiServer {
  /** Listens on an address; resolves with the port. */
  listen(address: string, port: number): Promise<number>;
  /** Takes no more connections, lets requests that have begun end, and then ends what is open. */
  close(): Promise<void>;
}

export interface ListenerOptions {
  /** PEM texts. */
  readonly tls: { readonly cert: string; readonly key: string; readonly clientCa: string };
  /** PEM of what else signs certificates of clients. */
  readonly otherClientCas?: readonly string[];
  readonly http: HttpHandler;
  readonly grpc: GrpcHandler;
  /** Resolves when those who are served need this server no longer. */
  readonly leave: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Serves HTTP/1.1, HTTP/2 and gRPC on one port, with TLS. */
export function listenOn(options: ListenerOptions): RunningApiServer {
  const servers: Http2SecureServer[] = [];
  const sockets = new Set<Duplex>();
  const sessions = new Set<ServerHttp2Session>();
  return {
    listen: (address, port) => {
      const server = createServer(options, sockets, sessions);
      servers.push(server);
      return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, address, () => resolve((server.address() as AddressInfo).port));
      });
    },
    close: async () => {
      const closing = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      // Peers of HTTP/2 are told to go elsewhere with what they begin now.
      for (const session of sessions) session.close();
      await options.leave();
      for (const socket of sockets) socket.destroy();
      await Promise.all(closing);
    },
  };
}

function createServer(
  { tls, otherClientCas = [], http, grpc, clock, logger }: ListenerOptions,
  sockets: Set<Duplex>,
  sessions: Set<ServerHttp2Session>,
): Http2SecureServer {
  const server = createSecureServer({
    allowHTTP1: true,
    ...serverTlsOptions,
    cert: tls.cert,
    key: tls.key,
    ca: [tls.clientCa, ...otherClientCas],
    requestCert: true,
    rejectUnauthorized: false,
    handshakeTimeout: connectionLimits.headerMilliseconds,
    maxSessionMemory: connectionLimits.sessionMegabytes,
    settings: {
      enableConnectProtocol: false,
      maxConcurrentStreams: 1_000,
      initialWindowSize: 1 << 20,
      maxHeaderListSize: connectionLimits.headerBytes,
    },
  });
  limitHeaders(server);
  const connections = new Connections(clock);
  server.on('request', (request: Http2ServerRequest, response: Http2ServerResponse) => {
    connections.busy(request as unknown as IncomingMessage, response as unknown as ServerResponse);
    if (request.httpVersionMajor === 2 && GrpcHandler.accepts(request)) void grpc.handle(request, response);
    else http.request(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    connections.leaveAlone(socket);
    http.upgrade(request, socket, head);
  });
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    if (socket.alpnProtocol !== 'h2') connections.addSocket(socket);
  });
  server.on('session', (session) => {
    sessions.add(session);
    connections.addSession(session);
    session.on('close', () => sessions.delete(session));
  });
  server.on('sessionError', (error) => logger.debug('a session broke', { error }));
  server.on('tlsClientError', (error) => logger.debug('a handshake failed', { error }));
  return server;
}
