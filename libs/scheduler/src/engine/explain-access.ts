import { callCredentials, type Guard } from '@skiff/client-runtime';
import { skiffschedulerv1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import type { ExplainAccess } from './explain-service';

/** The path of the method that asks this itself, since only its request says which pod is meant. */
export const explainMethod = skiffschedulerv1.SchedulerServiceService.explain.path;

/** Lets those ask about a pod who may get it. */
export function explainAccess(guard: Pick<Guard, 'user' | 'allows'>): ExplainAccess {
  return async ({ certificate, metadata }, { namespace, name }) => {
    const user = await guard.user(callCredentials(certificate, metadata));
    if (await guard.allows(user, [{ resource: { verb: 'get', resource: 'pods', namespace, name } }])) return;
    throw new StatusError(
      403,
      'Forbidden',
      `pods "${name}" is forbidden: User "${user.name}" cannot get resource "pods" in API group "" in the namespace "${namespace}"`,
    );
  };
}
