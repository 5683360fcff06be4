import { status, type Server } from '@grpc/grpc-js';
import { skiffschedulerv1 } from '@skiff/contracts';
import { StatusError, toServiceError } from '@skiff/platform';
import type { Scheduler } from './scheduler';

/** Serves SchedulerService.Explain. */
export function addExplainService(server: Server, scheduler: Pick<Scheduler, 'explain'>): void {
  const service: skiffschedulerv1.SchedulerServiceServer = {
    explain(call, callback) {
      const { namespace = '', name = '' } = call.request;
      const decision = scheduler.explain(namespace, name);
      if (decision) callback(null, decision);
      else
        callback(
          toServiceError(
            new StatusError(404, 'NotFound', `there is no decision about pod "${namespace}/${name}" in memory`),
          ) ?? { code: status.NOT_FOUND },
        );
    },
  };
  server.addService(skiffschedulerv1.SchedulerServiceService, service);
}
