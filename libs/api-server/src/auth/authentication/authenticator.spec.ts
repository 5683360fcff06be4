import { generateKeyPairSync } from 'node:crypto';
import { seededRandom, systemClock, systemRandom, type Clock } from '@skiff/platform';
import type { Authorizer, ResourceAttributes } from '../authorization/attributes';
import { Authenticator } from './authenticator';
import { impersonate } from './impersonation';
import { ServiceAccountTokens, type TokenBinding } from './service-account-tokens';
import { TokenAuthenticator, type TokenSubjects } from './token-authenticator';

const { privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const issuer = 'https://kubernetes.default.svc.cluster.local';
const binding: TokenBinding = {
  namespace: 'default',
  serviceaccount: { name: 'runner', uid: 'u-1' },
  pod: { name: 'web', uid: 'p-1' },
  node: { name: 'node-1', uid: 'n-1' },
};

describe('authentication', () => {
  let now = Date.UTC(2026, 0, 1);
  const clock: Clock = { ...systemClock, now: () => now };
  const tokens = new ServiceAccountTokens({ privateKey, issuer, clock, random: systemRandom });
  const live: Record<string, object> = {};
  const read = (key: string) => Promise.resolve(live[key]);
  const subjects: TokenSubjects = {
    serviceAccount: (namespace, name) => read(`serviceaccount/${namespace}/${name}`),
    pod: (namespace, name) => read(`pod/${namespace}/${name}`),
    secret: (namespace, name) => read(`secret/${namespace}/${name}`),
    node: (name) => read(`node/${name}`),
  };
  const authenticator = new Authenticator(new TokenAuthenticator(tokens, subjects, [issuer], clock));
  const bearer = async (seconds = 600, audiences = [issuer]) => ({
    authorization: `Bearer ${await tokens.sign(binding, audiences, seconds)}`,
  });
  beforeEach(() => {
    live['serviceaccount/default/runner'] = { metadata: { uid: 'u-1' } };
    live['pod/default/web'] = { metadata: { uid: 'p-1' } };
  });

  it('recognizes a service account by its token', async () => {
    const user = await authenticator.authenticate(await bearer(), '/api');
    expect(user).toMatchObject({
      name: 'system:serviceaccount:default:runner',
      uid: 'u-1',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      extra: {
        'authentication.kubernetes.io/pod-name': ['web'],
        'authentication.kubernetes.io/pod-uid': ['p-1'],
        'authentication.kubernetes.io/node-name': ['node-1'],
      },
    });
  });

  it('gives a token an id of its own, which is the same again under the same seed', async () => {
    const ids = async (): Promise<string[]> => {
      const seeded = new ServiceAccountTokens({ privateKey, issuer, clock, random: seededRandom(7) });
      const made = [await seeded.sign(binding, [issuer], 600), await seeded.sign(binding, [issuer], 600)];
      return Promise.all(made.map(async (token) => (await seeded.verify(token, [issuer], [issuer])).id));
    };
    const first = await ids();
    expect(new Set(first).size).toBe(2);
    expect(await ids()).toEqual(first);
  });

  it('accepts a token from a WebSocket protocol', async () => {
    const token = (await bearer()).authorization.slice('Bearer '.length);
    const encoded = Buffer.from(token).toString('base64url');
    const webSocketProtocols = `v5.channel.k8s.io, base64url.bearer.authorization.k8s.io.${encoded}`;
    const user = await authenticator.authenticate({ webSocketProtocols }, '/api');
    expect(user.name).toBe('system:serviceaccount:default:runner');
  });

  const rejects = async (credentials: { authorization?: string }): Promise<void> => {
    await expect(authenticator.authenticate(credentials, '/api')).rejects.toMatchObject({
      code: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
    });
  };

  it('rejects a token that has expired', async () => {
    const credentials = await bearer(600);
    now += 601_000;
    await rejects(credentials);
  });

  it('rejects a token for another audience, one that was tampered with, and one of another issuer', async () => {
    await rejects(await bearer(600, ['vault']));
    const { authorization } = await bearer();
    await rejects({ authorization: `${authorization.slice(0, -6)}AAAAAA` });
    const other = new ServiceAccountTokens({ privateKey, issuer: 'https://elsewhere', clock, random: systemRandom });
    await rejects({ authorization: `Bearer ${await other.sign(binding, [issuer], 600)}` });
  });

  it('rejects the token of a pod or service account that is gone or replaced', async () => {
    const credentials = await bearer();
    live['pod/default/web'] = { metadata: { uid: 'p-2' } };
    await rejects(credentials);
    live['pod/default/web'] = { metadata: { uid: 'p-1', deletionTimestamp: new Date(now - 61_000).toISOString() } };
    await rejects(credentials);
    live['pod/default/web'] = { metadata: { uid: 'p-1', deletionTimestamp: new Date(now - 30_000).toISOString() } };
    await expect(authenticator.authenticate(credentials, '/api')).resolves.toBeDefined();
    delete live['serviceaccount/default/runner'];
    await rejects(credentials);
  });

  it('lets nobody in without credentials, except to see that the server lives', async () => {
    await rejects({});
    expect((await authenticator.authenticate({}, '/livez/ping')).name).toBe('system:anonymous');
    await rejects({ authorization: 'Bearer nonsense' });
  });

  it('knows what a token is for, in the order asked', async () => {
    const token = await tokens.sign(binding, ['a', 'b', 'c'], 600);
    expect(await tokens.verify(token, ['c', 'x', 'a'], [])).toMatchObject({ audiences: ['c', 'a'] });
    await expect(tokens.verify(token, ['x', 'y'], [])).rejects.toThrow(
      'token audiences ["a" "b" "c"] is invalid for the target audiences ["x" "y"]',
    );
  });

  it('publishes its keys', async () => {
    expect((await tokens.jwks()).keys).toEqual([
      expect.objectContaining({ alg: 'ES256', kty: 'EC', crv: 'P-256', use: 'sig' }),
    ]);
  });

  describe('impersonation', () => {
    const root = { name: 'root', uid: '', groups: ['system:masters'], extra: {} };
    const headers = (values: Record<string, string[]>): [(name: string) => string[], string[]] => [
      (name) => values[name] ?? [],
      Object.keys(values),
    ];
    const allowing = (allowed: boolean): Authorizer & { asked: ResourceAttributes[] } => {
      const asked: ResourceAttributes[] = [];
      return {
        asked,
        authorize(attributes) {
          asked.push(attributes as ResourceAttributes);
          return { allowed, reason: '' };
        },
      };
    };

    it('replaces the user, and asks for each thing impersonated', () => {
      const authorizer = allowing(true);
      const user = impersonate(
        root,
        ...headers({
          'impersonate-user': ['jane'],
          'impersonate-group': ['dev', 'ops'],
          'impersonate-extra-scopes': ['a'],
        }),
        authorizer,
      );
      expect(user).toEqual({
        name: 'jane',
        uid: '',
        groups: ['dev', 'ops', 'system:authenticated'],
        extra: { scopes: ['a'] },
      });
      expect(authorizer.asked.map(({ resource, subresource, name }) => [resource, subresource, name])).toEqual([
        ['users', '', 'jane'],
        ['groups', '', 'dev'],
        ['groups', '', 'ops'],
        ['userextras', 'scopes', 'a'],
      ]);
    });

    it('puts a service account into its groups', () => {
      const user = impersonate(root, ...headers({ 'impersonate-user': ['system:serviceaccount:a:b'] }), allowing(true));
      expect(user.groups).toEqual(['system:serviceaccounts', 'system:serviceaccounts:a', 'system:authenticated']);
    });

    it('is forbidden in the words of the original', () => {
      expect(() => impersonate(root, ...headers({ 'impersonate-user': ['jane'] }), allowing(false))).toThrow(
        'users "jane" is forbidden: User "root" cannot impersonate resource "users" in API group "" at the cluster scope',
      );
    });
  });
});
