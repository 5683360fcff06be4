import { createHash } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import type { Writer } from '@skiff/client';
import { Kinds, type authenticationv1 } from '@skiff/contracts';
import { unauthorized } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';
import { ExpiringCache } from './expiring-cache';

/** Who makes a call. */
export interface CallUser {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** What a caller shows of itself. */
export interface Credentials {
  /** A client certificate that TLS has verified. */
  readonly certificate?: PeerCertificate | undefined;
  /** The header: `Bearer` and a token. */
  readonly authorization?: string | undefined;
}

export interface DelegatedAuthenticatorOptions {
  readonly client: Pick<Writer, 'create'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** How long the API server's word about a token holds. */
  readonly cacheMilliseconds: number;
}

const maxTokens = 4_096;
const authenticatedGroup = 'system:authenticated';

/**
 * Knows callers of a service by their client certificates (CN is the user, O its groups), as the API server does,
 * or by bearer tokens, about which it asks the API server by TokenReview.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/authentication/authenticatorfactory/delegating.go
 */
export class DelegatedAuthenticator {
  private readonly tokens: ExpiringCache<CallUser | undefined>;

  constructor(private readonly options: DelegatedAuthenticatorOptions) {
    this.tokens = new ExpiringCache({ clock: options.clock, maxEntries: maxTokens });
  }

  /** Throws Unauthorized; whatever the API server's failure is when it cannot be asked about a token. */
  async authenticate({ certificate, authorization }: Credentials): Promise<CallUser> {
    const user = certificateUser(certificate) ?? (await this.tokenUser(authorization));
    if (!user) throw unauthorized();
    return user;
  }

  private async tokenUser(authorization: string | undefined): Promise<CallUser | undefined> {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return undefined;
    // Memory that somebody reads does not give away what still opens doors.
    const key = createHash('sha256').update(token).digest('base64');
    const holds = (user: CallUser | undefined): number => (user ? this.options.cacheMilliseconds : 0);
    return this.tokens.get(key, () => this.review(token), holds);
  }

  private async review(token: string): Promise<CallUser | undefined> {
    const review: authenticationv1.TokenReview = { metadata: {}, spec: { token } };
    const { status } = await this.options.client.create<authenticationv1.TokenReview>(Kinds.TokenReview, review);
    const { username, uid = '', groups = [], extra = {} } = status?.user ?? {};
    if (status?.authenticated !== true || !username) return undefined;
    return { name: username, uid, groups, extra };
  }
}

function certificateUser(certificate: PeerCertificate | undefined): CallUser | undefined {
  // Node gives a list where a certificate names several organizations, which its types do not say.
  const subject = certificate?.subject as { CN?: string | string[]; O?: string | string[] } | undefined;
  const name = [subject?.CN ?? []].flat()[0];
  if (!name) return undefined;
  return { name, uid: '', groups: [...[subject?.O ?? []].flat(), authenticatedGroup], extra: {} };
}
