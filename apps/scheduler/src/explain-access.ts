import type { Client } from '@skiff/client';
import { Kinds, type authorizationv1 } from '@skiff/contracts';
import { StatusError, type CallContext } from '@skiff/platform';
import type { ExplainAccess } from '@skiff/scheduler';

const administrators = 'system:masters';

interface User {
  readonly name: string;
  readonly groups: readonly string[];
}

/**
 * Lets those ask about a pod who may get it. Callers are known by their client
 * certificates (CN is the user, O its groups), as at the API server; members of
 * system:masters may always ask, everybody else is looked up by SubjectAccessReview.
 */
export function explainAccess(client: Pick<Client, 'create'>): ExplainAccess {
  return async (context, { namespace, name }) => {
    const user = userOf(context.certificate);
    if (!user) throw new StatusError(401, 'Unauthorized', 'Unauthorized');
    if (user.groups.includes(administrators)) return;
    const review: authorizationv1.SubjectAccessReview = {
      metadata: {},
      spec: {
        user: user.name,
        groups: [...user.groups, 'system:authenticated'],
        resourceAttributes: { verb: 'get', group: '', resource: 'pods', namespace, name },
      },
    };
    const answer = await client.create<authorizationv1.SubjectAccessReview>(Kinds.SubjectAccessReview, review, {
      signal: context.signal,
    });
    if (answer.status?.allowed !== true)
      throw new StatusError(
        403,
        'Forbidden',
        `pods "${name}" is forbidden: User "${user.name}" cannot get resource "pods" in API group "" in the namespace "${namespace}"`,
      );
  };
}

function userOf(certificate: CallContext['certificate']): User | undefined {
  // Node gives a list where a certificate names several organizations, which its types do not say.
  const subject = certificate?.subject as { CN?: string; O?: string | string[] } | undefined;
  if (!subject?.CN) return undefined;
  return { name: subject.CN, groups: [subject.O ?? []].flat() };
}
