import type { authorizationv1 } from '@skiff/contracts';
import type { Client } from '@skiff/client';
import type { CallContext } from '@skiff/platform';
import { explainAccess } from './explain-access';

const pod = { namespace: 'shop', name: 'web' };

function caller(subject: object | undefined): CallContext {
  const certificate = subject === undefined ? undefined : { subject };
  return { signal: new AbortController().signal, certificate } as unknown as CallContext;
}

/** An API server that allows what it is told to, and remembers what it was asked. */
function apiServer(allowed: boolean): { client: Pick<Client, 'create'>; asked: authorizationv1.SubjectAccessReview[] } {
  const asked: authorizationv1.SubjectAccessReview[] = [];
  const create = (_kind: unknown, review: authorizationv1.SubjectAccessReview): Promise<unknown> => {
    asked.push(review);
    return Promise.resolve({ ...review, status: { allowed } });
  };
  return { client: { create } as unknown as Pick<Client, 'create'>, asked };
}

describe('who may ask for decisions', () => {
  it('is an administrator, without the API server being asked', async () => {
    const { client, asked } = apiServer(false);
    await explainAccess(client)(caller({ CN: 'kubernetes-admin', O: ['dev', 'system:masters'] }), pod);
    expect(asked).toEqual([]);
  });

  it('is whoever may get the pod', async () => {
    const { client, asked } = apiServer(true);
    await explainAccess(client)(caller({ CN: 'jane', O: 'dev' }), pod);
    expect(asked[0]?.spec).toEqual({
      user: 'jane',
      groups: ['dev', 'system:authenticated'],
      resourceAttributes: { verb: 'get', group: '', resource: 'pods', namespace: 'shop', name: 'web' },
    });
  });

  it('is nobody else', async () => {
    const access = explainAccess(apiServer(false).client);
    await expect(access(caller({ CN: 'jane' }), pod)).rejects.toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        'pods "web" is forbidden: User "jane" cannot get resource "pods" in API group "" in the namespace "shop"',
    });
    await expect(access(caller(undefined), pod)).rejects.toMatchObject({ code: 401 });
  });
});
