import { Agent, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { ConnectService } from './config';
import { greetedName, type WebhookTarget } from './target';
import { checkIdentity } from './trust';

/** How many connections to one webhook may be open; more calls wait, within their time. */
const mostConnections = 200;
/** Of those, how many are kept for later. */
const mostIdle = 25;
/** How long one is kept that nobody uses, in milliseconds. */
const idleMilliseconds = 90_000;

type Connected = (error: Error | null, connection: Duplex) => void;

/** The connections to one webhook. */
export class TargetAgent extends Agent {
  constructor(
    private readonly target: WebhookTarget,
    private readonly trust: SecureContext,
    private readonly connectService: ConnectService,
  ) {
    super({ keepAlive: true, maxSockets: mostConnections, maxFreeSockets: mostIdle, timeout: idleMilliseconds });
  }

  override createConnection(_: RequestOptions, connected?: Connected): Duplex | undefined {
    const { host, port, service } = this.target;
    if (!service) return this.secured({ host, port });
    this.connectService(service).then(
      (socket) => connected?.(null, this.secured({ socket })),
      (error: unknown) =>
        connected?.(error instanceof Error ? error : new Error(String(error)), undefined as unknown as Duplex),
    );
    return undefined;
  }

  /** Lets go of what is kept; calls under way end as they would have. */
  retire(): void {
    this.maxFreeSockets = 0;
    for (const sockets of Object.values(this.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }

  private secured(to: { readonly host: string; readonly port: number } | { readonly socket: Duplex }): TLSSocket {
    return connect({
      ...to,
      secureContext: this.trust,
      servername: greetedName(this.target),
      checkServerIdentity: (_, certificate) => checkIdentity(this.target.serverName, certificate),
      // As upstream, so that calls are spread over those behind a Service.
      ALPNProtocols: ['http/1.1'],
    });
  }
}
