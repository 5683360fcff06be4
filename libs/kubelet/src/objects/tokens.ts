import { Kinds, type authenticationv1, type corev1, type Kind } from '@skiff/contracts';
import type { Client } from '@skiff/client';
import type { Clock } from '@skiff/platform';
import { podUid } from '../pod-model/pod';
import type { ServiceAccountToken, TokenSource } from '../volumes/plugin';

/** The kind that the `token` subresource of service accounts takes and gives. */
const serviceAccountToken: Kind<authenticationv1.TokenRequest> = {
  ...Kinds.TokenRequest,
  group: Kinds.ServiceAccount.group,
  version: Kinds.ServiceAccount.version,
  plural: Kinds.ServiceAccount.plural,
  namespaced: true,
};

interface Cached extends ServiceAccountToken {
  readonly issuedAt: number;
}

/** Tokens of pods, from the API server; one is used until four fifths of its life are over, or a day. */
export class TokenManager implements TokenSource {
  private readonly cache = new Map<string, Promise<Cached>>();

  constructor(
    private readonly client: Client,
    private readonly clock: Clock,
  ) {}

  async token(pod: corev1.Pod, audience: string, expirationSeconds: number): Promise<ServiceAccountToken> {
    const key = `${podUid(pod)}/${audience}/${expirationSeconds}`;
    const cached = await this.cache.get(key);
    if (cached !== undefined && !this.isOld(cached)) return cached;
    const request = this.request(pod, audience, expirationSeconds);
    this.cache.set(key, request);
    request.catch(() => this.cache.delete(key));
    try {
      return await request;
    } catch (error) {
      // A token that still holds is better than none.
      if (cached !== undefined && cached.expiresAt > this.clock.now()) return cached;
      throw error;
    }
  }

  forget(uid: string): void {
    for (const key of this.cache.keys()) if (key.startsWith(`${uid}/`)) this.cache.delete(key);
  }

  private isOld({ issuedAt, expiresAt }: Cached): boolean {
    const now = this.clock.now();
    return now - issuedAt > 24 * 3600_000 || now > issuedAt + (expiresAt - issuedAt) * 0.8;
  }

  private async request(pod: corev1.Pod, audience: string, expirationSeconds: number): Promise<Cached> {
    const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
    const request: authenticationv1.TokenRequest = {
      metadata: { namespace, name: pod.spec?.serviceAccountName ?? 'default' },
      spec: {
        audiences: audience === '' ? [] : [audience],
        expirationSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
      },
    };
    const issuedAt = this.clock.now();
    const answer = await this.client.create(serviceAccountToken, request, { subresource: 'token' });
    const expires = answer.status?.expirationTimestamp;
    return {
      token: answer.status?.token ?? '',
      issuedAt,
      expiresAt: typeof expires === 'string' ? Date.parse(expires) : issuedAt + expirationSeconds * 1000,
    };
  }
}
