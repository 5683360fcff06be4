import { generateKeyPairSync } from 'node:crypto';
import type { corev1 } from '@skiff/contracts';
import { signLegacyToken } from '@skiff/pki/service-account-token';
import { systemClock, systemRandom } from '@skiff/platform';
import { ServiceAccountTokens } from './service-account-tokens';
import { TokenAuthenticator, type TokenSubjects } from './token-authenticator';

const key = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const privateKey = key();
const issuer = 'https://kubernetes.default.svc.cluster.local';
const said = { namespace: 'default', serviceaccount: { name: 'robot', uid: 'u-1' }, secret: { name: 'robot-token' } };

describe('A token that a Secret keeps', () => {
  let token: string;
  let secret: corev1.Secret | undefined;
  let accountUid: string;
  const used: corev1.Secret[] = [];
  const subjects: TokenSubjects = {
    serviceAccount: () => Promise.resolve({ metadata: { uid: accountUid } }),
    secret: (_namespace, name) => Promise.resolve(name === 'robot-token' ? secret : undefined),
    pod: () => Promise.resolve(undefined),
    node: () => Promise.resolve(undefined),
  };
  let authenticator: TokenAuthenticator;

  beforeEach(async () => {
    token = await signLegacyToken(privateKey, said);
    secret = { metadata: { name: 'robot-token', namespace: 'default', uid: 's-1' }, data: {} };
    secret.data = { token: Buffer.from(token).toString('base64') };
    accountUid = 'u-1';
    used.length = 0;
    const tokens = new ServiceAccountTokens({ privateKey, issuer, clock: systemClock, random: systemRandom });
    authenticator = new TokenAuthenticator(tokens, subjects, [issuer], systemClock, {
      note: (kept) => void used.push(kept),
    });
  });

  it('is accepted, for the API server, and its use is noted', async () => {
    const { user, audiences } = await authenticator.authenticate(token);
    expect(user).toEqual({
      name: 'system:serviceaccount:default:robot',
      uid: 'u-1',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
      extra: {},
    });
    expect(audiences).toEqual([issuer]);
    expect(used).toEqual([secret]);
  });

  it.each([
    ['is gone', () => (secret = undefined), 'service account token has been invalidated'],
    [
      'is being deleted',
      () => (secret = { ...secret, metadata: { ...secret?.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }),
      'service account token has been invalidated',
    ],
    [
      'keeps another token',
      () => (secret = { ...secret, data: { token: 'b3RoZXI=' } }),
      "service account token does not match server's copy",
    ],
    [
      'is marked invalid',
      () =>
        (secret = {
          ...secret,
          metadata: {
            ...secret?.metadata,
            labels: { 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' },
            annotations: { 'kubernetes.io/service-account.name': 'robot' },
          },
        }),
      "the token in secret default/robot-token for service account default/robot has been marked invalid. Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the 'kubernetes.io/legacy-token-invalid-since' label from the secret to temporarily allow use of this token",
    ],
    [
      'belongs to an account that was replaced',
      () => (accountUid = 'u-2'),
      'the service account robot has been replaced',
    ],
  ])('is refused at once when the Secret %s', async (_what, change, message) => {
    await authenticator.authenticate(token);
    used.length = 0;
    change();
    await expect(authenticator.authenticate(token)).rejects.toThrow(message);
    expect(used).toEqual([]);
  });

  it('is refused for other audiences, and when somebody else signed it', async () => {
    await expect(authenticator.authenticate(token, ['vault'])).rejects.toThrow(
      'token audiences ["https://kubernetes.default.svc.cluster.local"] is invalid for the target audiences ["vault"]',
    );
    await expect(authenticator.authenticate(await signLegacyToken(key(), said))).rejects.toThrow('unknown key');
  });
});
