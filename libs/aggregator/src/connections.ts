import { Agent, type RequestOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect, type SecureContext } from 'node:tls';
import type { ReachableEndpoint } from '@skiff/api-server/aggregation';
import type { Clock } from '@skiff/platform';
import { checkIdentity, trustIn } from '@skiff/webhook-client';
import { serverNameOf, type RemoteService } from './remote-service';

/** The certificate by which other API servers know this one, with its key: PEM. */
export interface ProxyClientIdentity {
  readonly cert: string;
  readonly key: string;
}

/** How many connections to one server are kept for later. */
const mostIdle = 25;
/** How long one is kept that nobody uses. */
const idleMilliseconds = 90_000;
/** How long it may take until a connection is there and safe. */
const connectMilliseconds = 30_000;

/** What a request says besides what Node.js knows. */
export interface EndpointOptions extends RequestOptions {
  readonly endpoint: ReachableEndpoint;
}

type Connected = (error: Error | null, connection: Duplex) => void;

/** Connects to whichever endpoint a request names; connections are kept by the endpoint's address. */
export class ServiceAgent extends Agent {
  constructor(
    private readonly tls: { readonly context: SecureContext; readonly serverName: string; readonly insecure: boolean },
    private readonly clock: Clock,
    keepAlive: boolean,
  ) {
    super({ keepAlive, maxFreeSockets: mostIdle, timeout: idleMilliseconds });
  }

  override createConnection(options: RequestOptions, connected?: Connected): undefined {
    const { endpoint } = options as EndpointOptions;
    const failed = (error: unknown): void =>
      connected?.(error instanceof Error ? error : new Error(String(error)), undefined as unknown as Duplex);
    endpoint.open().then((socket) => connected?.(null, this.secured(socket)), failed);
    return undefined;
  }

  /** Lets go of connections that nobody uses; the others go when they are free. */
  retire(): void {
    this.maxFreeSockets = 0;
    for (const sockets of Object.values(this.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }

  private secured(socket: Duplex): Duplex {
    const { context, serverName, insecure } = this.tls;
    const secured = connect({
      socket,
      secureContext: context,
      servername: serverName,
      rejectUnauthorized: !insecure,
      checkServerIdentity: (_, certificate) => (insecure ? undefined : checkIdentity(serverName, certificate)),
      ALPNProtocols: ['http/1.1'],
    });
    const late = this.clock.after(connectMilliseconds, () =>
      secured.destroy(Object.assign(new Error('connection timed out'), { code: 'ETIMEDOUT' })),
    );
    secured.once('secureConnect', () => late.cancel());
    secured.once('close', () => late.cancel());
    return secured;
  }
}

/** The connections to one other API server. */
export interface ServiceConnections {
  /** For requests that can be sent twice: a connection that was kept may have been closed at its other end. */
  readonly kept: ServiceAgent;
  /** For all others. */
  readonly fresh: ServiceAgent;
  /** Lets go of what is kept; requests under way end as they would have. */
  close(): void;
}

/** Throws a WebhookConfigError for a bundle that holds no certificate. */
export function connectionsOf(
  service: RemoteService,
  identity: ProxyClientIdentity | undefined,
  clock: Clock,
): ServiceConnections {
  const { insecure, caBundle } = service;
  const tls = {
    context: trustIn(insecure ? undefined : caBundle, identity),
    serverName: serverNameOf(service),
    insecure,
  };
  const kept = new ServiceAgent(tls, clock, true);
  return { kept, fresh: new ServiceAgent(tls, clock, false), close: () => kept.retire() };
}
