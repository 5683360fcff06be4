import type { Server } from '@grpc/grpc-js';
import { skiffschedulerv1 } from '@skiff/contracts';
import { badRequest, StatusError } from '@skiff/apimachinery';
import { unary, type CallContext } from '@skiff/platform';
import type { Scheduler } from './scheduler';

/** Rejects when the caller may not ask about a pod. */
export type ExplainAccess = (
  context: CallContext,
  pod: { readonly namespace: string; readonly name: string },
) => Promise<void>;

/** Serves SchedulerService.Explain. */
export function addExplainService(
  server: Pick<Server, 'addService'>,
  scheduler: Pick<Scheduler, 'explain'>,
  access: ExplainAccess,
): void {
  server.addService(skiffschedulerv1.SchedulerServiceService, {
    explain: unary(async (request: skiffschedulerv1.ExplainRequest, context) => {
      const { namespace = '', name = '' } = request;
      if (namespace === '' || name === '') throw badRequest('namespace and name are required');
      await access(context, { namespace, name });
      const decision = scheduler.explain(namespace, name);
      if (decision) return decision;
      throw new StatusError(404, 'NotFound', `nothing is remembered of a decision about pod "${namespace}/${name}"`);
    }),
  });
}
