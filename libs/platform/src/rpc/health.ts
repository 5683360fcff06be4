import { status as codes, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { grpchealthv1 } from '@skiff/contracts';

export type ServingStatus = 'SERVING' | 'NOT_SERVING';

const wire = {
  SERVING: grpchealthv1.HealthCheckResponse_ServingStatus.SERVING,
  NOT_SERVING: grpchealthv1.HealthCheckResponse_ServingStatus.NOT_SERVING,
} as const;
const unknown = grpchealthv1.HealthCheckResponse_ServingStatus.SERVICE_UNKNOWN;

/** What grpc.health.v1 answers: the state of the server (under the empty name) and of each service. */
export class Health {
  private readonly statuses = new Map<string, ServingStatus>([['', 'SERVING']]);
  private readonly watchers = new Set<(service: string) => void>();

  setStatus(service: string, status: ServingStatus): void {
    this.statuses.set(service, status);
    for (const watcher of this.watchers) watcher(service);
  }

  /** The handlers of grpc.health.v1.Health. */
  handlers(): grpchealthv1.HealthServer & UntypedServiceImplementation {
    return {
      check: (call, callback) => {
        const status = this.statuses.get(call.request.service ?? '');
        if (status === undefined) callback({ code: codes.NOT_FOUND, details: 'unknown service' });
        else callback(null, { status: wire[status] });
      },
      watch: (call) => {
        const service = call.request.service ?? '';
        const send = (changed: string): void => {
          const status = this.statuses.get(service);
          if (changed === service) call.write({ status: status === undefined ? unknown : wire[status] });
        };
        this.watchers.add(send);
        call.on('cancelled', () => this.watchers.delete(send));
        send(service);
      },
    };
  }
}
