import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { badRequest, StatusError } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';
import { SpdyConnection } from '@skiff/spdy';
import { WebSocketServer, type WebSocket } from 'ws';
import type { PortForwardEnd } from './port-forward';
import { spdyPortForwardEnd, spdyPortForwardProtocol } from './spdy/port-forward';
import { spdyRemoteCommandProtocols, spdyUserEnd, streamCreationTimeout } from './spdy/remote-command';
import type { StreamSelection, UserEnd } from './user-end';
import { channelPortForwardEnd, channelPortForwardProtocols, requirePorts } from './websocket/port-forward';
import { remoteCommandProtocols, webSocketTunnel, webSocketUserEnd } from './websocket/remote-command';

/** A request that asks to leave HTTP, as Node's `upgrade` event hands it over. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Connections on which HTTP has ended. */
const upgraded = new WeakSet<Duplex>();

/** In bytes, as upstream's library has it. */
const largestMessage = 32 << 20;

const tunnelProtocol = `SPDY/3.1+${spdyPortForwardProtocol}`;

/** Upgrades to whichever protocol the client speaks, for exec and attach. Throws BadRequest when it speaks none of ours. */
export async function upgradeRemoteCommand(
  upgrade: UpgradeRequest,
  selection: StreamSelection,
  clock: Clock,
): Promise<UserEnd> {
  if (asksFor(upgrade, 'websocket')) {
    return webSocketUserEnd(acceptWebSocket(upgrade, remoteCommandProtocols), selection);
  }
  const connection = acceptSpdy(upgrade, spdyRemoteCommandProtocols);
  return spdyUserEnd(connection, selection, timeout(clock, streamCreationTimeout));
}

/**
 * Upgrades to whichever protocol the client speaks, for port forwarding: SPDY, SPDY through a
 * WebSocket, or channels of a WebSocket for these ports.
 */
export async function upgradePortForward(upgrade: UpgradeRequest, ports: readonly number[]): Promise<PortForwardEnd> {
  if (!asksFor(upgrade, 'websocket')) return spdyPortForwardEnd(acceptSpdy(upgrade, [spdyPortForwardProtocol]));
  if (offered(upgrade, 'sec-websocket-protocol').includes(tunnelProtocol))
    return spdyPortForwardEnd(
      new SpdyConnection(webSocketTunnel(acceptWebSocket(upgrade, [tunnelProtocol])), 'server'),
    );
  requirePorts(ports);
  return channelPortForwardEnd(acceptWebSocket(upgrade, channelPortForwardProtocols), ports);
}

/** Answers a request with a Status and closes; if it was upgraded before, it can only close. */
export function refuseUpgrade(
  { socket }: UpgradeRequest,
  error: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  // What is no WebSocket's handshake has been answered already.
  if (socket.writableEnded) return;
  if (upgraded.has(socket)) {
    socket.destroy();
    return;
  }
  const status = StatusError.from(error).toStatus();
  const body = JSON.stringify(status);
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status.code} ${status.reason ?? 'Error'}\r\nContent-Type: application/json\r\n` +
      Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('') +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Whether a request is the handshake of a WebSocket. */
export const asksForWebSocket = (request: IncomingMessage): boolean => asksFor({ request }, 'websocket');

const asksFor = ({ request }: Pick<UpgradeRequest, 'request'>, protocol: string): boolean =>
  (request.headers.upgrade ?? '').toLowerCase() === protocol;

function offered({ request }: UpgradeRequest, header: string): string[] {
  return [request.headers[header] ?? []]
    .flat()
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

/** The first protocol that the client offers and the server knows. */
function choose(offers: readonly string[], known: readonly string[]): string {
  const chosen = offers.find((protocol) => known.includes(protocol));
  if (chosen !== undefined) return chosen;
  const list = (protocols: readonly string[]): string => `[${protocols.join(' ')}]`;
  throw new StatusError(
    403,
    'Forbidden',
    `unable to upgrade: unable to negotiate protocol: client supports ${list(offers)}, server accepts ${list(known)}`,
  );
}

/** A browser's token, which is no protocol. */
const bearerProtocol = 'base64url.bearer.authorization.k8s.io.';

/** Accepts a WebSocket that speaks one of these protocols, or none. Throws Forbidden when the client offers only others. */
export function acceptWebSocket(upgrade: UpgradeRequest, known: readonly string[]): WebSocket {
  const offers = webSocketOffers(upgrade);
  return shakeHands(upgrade, offers.length ? choose(offers, known) : false);
}

/**
 * Accepts a WebSocket on which all messages go to the client, so that its one protocol may be any.
 * Throws BadRequest when the client offers several.
 */
export function acceptAnyWebSocket(upgrade: UpgradeRequest): WebSocket {
  const offers = webSocketOffers(upgrade);
  if (offers.length > 1) throw badRequest('bad websocket protocol');
  return shakeHands(upgrade, offers[0] ?? false);
}

const webSocketOffers = (upgrade: UpgradeRequest): string[] =>
  offered(upgrade, 'sec-websocket-protocol').filter((protocol) => !protocol.startsWith(bearerProtocol));

function shakeHands({ request, socket, head }: UpgradeRequest, protocol: string | false): WebSocket {
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => protocol, maxPayload: largestMessage });
  let accepted: WebSocket | undefined;
  server.handleUpgrade(request, socket, head, (webSocket) => (accepted = webSocket));
  upgraded.add(socket);
  if (!accepted) throw badRequest('bad websocket handshake');
  return accepted;
}

function acceptSpdy(upgrade: UpgradeRequest, known: readonly string[]): SpdyConnection {
  if (!asksFor(upgrade, 'spdy/3.1'))
    throw new StatusError(400, 'BadRequest', 'unable to upgrade: missing upgrade headers in request');
  const protocol = choose(offered(upgrade, 'x-stream-protocol-version'), known);
  const { socket, head } = upgrade;
  upgraded.add(socket);
  socket.on('error', () => socket.destroy());
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
  );
  if (head.length) socket.unshift(head);
  return new SpdyConnection(socket, 'server');
}

function timeout(clock: Clock, milliseconds: number): Promise<never> {
  return new Promise((_, reject) => {
    clock.after(milliseconds, () => reject(new Error('timed out waiting for client to create streams')));
  });
}
