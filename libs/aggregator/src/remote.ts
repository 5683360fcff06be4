import type { DelegatedRequest, ReachableEndpoint } from '@skiff/api-server/aggregation';
import type { Clock } from '@skiff/platform';
import { WebhookConfigError } from '@skiff/webhook-client';
import { connectionsOf, type ProxyClientIdentity, type ServiceConnections } from './connections';
import { forward } from './forward/forward';
import type { RemoteService } from './remote-service';

/** Another API server, for as long as its APIService says the same of it. */
export class Remote {
  /** As its APIService has it. */
  isAvailable = false;
  /** Why nobody can be trusted; undefined when somebody can. */
  readonly problem: string | undefined;
  readonly connections: ServiceConnections | undefined;

  constructor(
    readonly service: RemoteService,
    identity: ProxyClientIdentity | undefined,
    clock: Clock,
  ) {
    try {
      this.connections = connectionsOf(service, identity, clock);
    } catch (error) {
      if (!(error instanceof WebhookConfigError)) throw error;
      this.problem = error.message;
    }
  }

  async forward(asked: DelegatedRequest, endpoint: ReachableEndpoint): Promise<void> {
    if (this.connections) await forward(asked, endpoint, this.connections);
  }

  /** Lets go of connections that nobody uses; requests under way end as they would have. */
  close(): void {
    this.connections?.close();
  }
}
