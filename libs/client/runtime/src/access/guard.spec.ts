import type { PeerCertificate } from 'node:tls';
import type { ApiObject } from '@skiff/apimachinery';
import type { authenticationv1, authorizationv1, Kind } from '@skiff/contracts';
import { Guard, kubeletGuardTimes, type Access, type GuardOptions } from './guard';

type Review = authorizationv1.SubjectAccessReview & authenticationv1.TokenReview;

/** An API server that lets through who may do what is in `grants`, and remembers what it was asked. */
class ReviewingServer {
  readonly asked: { readonly kind: string; readonly spec: Review['spec'] }[] = [];
  readonly grants = new Set<string>();
  isDown = false;

  create<T extends ApiObject, R extends ApiObject = T>({ kind }: Kind<T>, object: T): Promise<R> {
    const { spec } = object as unknown as Review;
    this.asked.push({ kind, spec });
    if (this.isDown) return Promise.reject(new Error('connection refused'));
    const status =
      kind === 'TokenReview'
        ? {
            authenticated: spec?.token === 'good',
            user: { username: 'robot', groups: ['bots'], extra: { scope: ['x'] } },
          }
        : { allowed: this.grants.has(`${spec?.user} ${spec?.resourceAttributes?.subresource}`) };
    return Promise.resolve({ ...object, status } as unknown as R);
  }
}

const certificate = (subject: object): { certificate: PeerCertificate } => ({
  certificate: { subject } as unknown as PeerCertificate,
});
const jane = certificate({ CN: 'jane', O: ['dev', 'ops'] });
const stats = (...subresources: string[]): Access =>
  subresources.map((subresource) => ({ resource: { verb: 'get', resource: 'nodes', subresource, name: 'n' } }));

describe('A guard', () => {
  let now: number;
  let server: ReviewingServer;
  const make = (more: Partial<GuardOptions> = {}): Guard =>
    new Guard({ client: server, clock: { monotonic: () => now }, times: kubeletGuardTimes, ...more });
  beforeEach(() => {
    now = 0;
    server = new ReviewingServer();
  });

  it('lets anybody in where anybody may, and whom it knows where that is enough', async () => {
    await make().admit({}, 'anybody');
    await make().admit(jane, 'known');
    expect(server.asked).toEqual([]);
    await expect(make().admit({}, 'known')).rejects.toMatchObject({ code: 401, message: 'Unauthorized' });
    await expect(make().admit(certificate({ O: 'dev' }), 'known')).rejects.toMatchObject({ code: 401 });
  });

  it('asks what the user of a certificate may do', async () => {
    server.grants.add('jane stats');
    await make().admit(jane, stats('stats'));
    expect(server.asked).toEqual([
      {
        kind: 'SubjectAccessReview',
        spec: {
          user: 'jane',
          groups: ['dev', 'ops', 'system:authenticated'],
          resourceAttributes: {
            group: '',
            version: 'v1',
            verb: 'get',
            resource: 'nodes',
            subresource: 'stats',
            name: 'n',
          },
        },
      },
    ]);
  });

  it('takes one right of several, in their order, and names them all when there is none', async () => {
    server.grants.add('jane proxy');
    await make().admit(jane, stats('healthz', 'proxy'));
    expect(server.asked.map(({ spec }) => spec?.resourceAttributes?.subresource)).toEqual(['healthz', 'proxy']);
    await expect(make().admit(certificate({ CN: 'joe' }), stats('healthz', 'proxy'))).rejects.toMatchObject({
      code: 403,
      message: 'Forbidden (user=joe, verb=get, resource=nodes, subresource(s)=[healthz proxy])',
    });
  });

  it('knows the bearer of a token by its review, for two minutes', async () => {
    const guard = make();
    const credentials = { authorization: 'Bearer good' };
    expect(await guard.user(credentials)).toEqual({
      name: 'robot',
      uid: '',
      groups: ['bots'],
      extra: { scope: ['x'] },
    });
    now = 119_999;
    await guard.user(credentials);
    expect(server.asked).toHaveLength(1);
    now = 120_000;
    await guard.user(credentials);
    expect(server.asked).toHaveLength(2);
    await expect(guard.user({ authorization: 'Bearer bad' })).rejects.toMatchObject({ code: 401 });
    await expect(guard.user({ authorization: 'Basic good' })).rejects.toMatchObject({ code: 401 });
  });

  it('believes a yes for five minutes and a no for half a minute', async () => {
    server.grants.add('jane stats');
    const guard = make();
    const joe = certificate({ CN: 'joe' });
    await guard.admit(jane, stats('stats'));
    await expect(guard.admit(joe, stats('stats'))).rejects.toMatchObject({ code: 403 });
    server.grants.clear();
    server.grants.add('joe stats');
    now = 29_999;
    await expect(guard.admit(joe, stats('stats'))).rejects.toMatchObject({ code: 403 });
    now = 30_000;
    await guard.admit(joe, stats('stats'));
    now = 299_999;
    await guard.admit(jane, stats('stats'));
    now = 300_000;
    await expect(guard.admit(jane, stats('stats'))).rejects.toMatchObject({ code: 403 });
  });

  it('lets nobody in while the API server cannot be asked, but for members of groups it trusts', async () => {
    server.isDown = true;
    await expect(make().admit(jane, stats('stats'))).rejects.toMatchObject({
      code: 500,
      message: 'Authorization error (user=jane, verb=get, resource=nodes, subresource(s)=[stats])',
    });
    await make({ trustedGroups: ['ops'] }).admit(jane, stats('stats'));
  });
});
