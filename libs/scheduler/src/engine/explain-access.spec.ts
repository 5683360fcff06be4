import { Metadata } from '@grpc/grpc-js';
import type { AccessAttributes, CallUser, Credentials } from '@skiff/client-runtime';
import { unauthorized } from '@skiff/apimachinery';
import type { CallContext } from '@skiff/platform';
import { explainAccess, explainMethod } from './explain-access';

const pod = { namespace: 'shop', name: 'web' };

function caller(name: string | undefined): CallContext {
  const certificate = name === undefined ? undefined : { subject: { CN: name } };
  return { certificate, metadata: new Metadata() } as unknown as CallContext;
}

/** Knows certificates and lets jane get pods of the shop. */
const guard = {
  async user({ certificate }: Credentials): Promise<CallUser> {
    if (!certificate) throw unauthorized();
    return { name: String(certificate.subject.CN), uid: '', groups: [], extra: {} };
  },
  async allows({ name }: CallUser, wanted: readonly AccessAttributes[]): Promise<boolean> {
    expect(wanted).toEqual([{ resource: { verb: 'get', resource: 'pods', namespace: 'shop', name: 'web' } }]);
    return name === 'jane';
  },
};

describe('who may ask for decisions', () => {
  it('is whoever may get the pod', () => explainAccess(guard)(caller('jane'), pod));

  it('is nobody else', async () => {
    await expect(explainAccess(guard)(caller('joe'), pod)).rejects.toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message: 'pods "web" is forbidden: User "joe" cannot get resource "pods" in API group "" in the namespace "shop"',
    });
    await expect(explainAccess(guard)(caller(undefined), pod)).rejects.toMatchObject({ code: 401 });
  });

  it('is asked about the method of that path', () => {
    expect(explainMethod).toBe('/skiff.scheduler.v1.SchedulerService/Explain');
  });
});
