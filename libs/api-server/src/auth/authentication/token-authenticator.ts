import type { corev1, metav1 } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import { authenticated, serviceAccountGroups, serviceAccountUserName, type UserInfo } from '../user';
import { requireKept, type UseOfLegacyTokens } from './legacy-tokens';
import type { ObjectIdentity, ServiceAccountTokens, VerifiedToken } from './service-account-tokens';

type Identified = { metadata?: metav1.ObjectMeta | undefined };

/** What there is, at once where it is known: every request comes by here. */
type Soon<T> = T | undefined | Promise<T | undefined>;

/** Reads what tokens are bound to. Answers from a cache may be a moment old. */
export interface TokenSubjects {
  serviceAccount(namespace: string, name: string): Soon<Identified>;
  pod(namespace: string, name: string): Soon<Identified>;
  secret(namespace: string, name: string): Soon<corev1.Secret>;
  node(name: string): Soon<Identified>;
}

/** How long a token outlives the deletion of what it is bound to, so that a pod can finish: upstream's 60 seconds. */
const deletionLeeway = 60_000;

/** How long a verified signature is trusted without another look: upstream's 10 seconds. */
const verifiedMilliseconds = 10_000;
const mostVerified = 4_096;

/** A good token, and the one user object of all requests that show it. */
interface Holder {
  readonly token: VerifiedToken;
  readonly user: UserInfo;
}

/** A token that was looked at: its holder, and the promise of that. */
interface Known {
  found?: Holder;
  readonly holder: Promise<Holder>;
  until: number;
}

/** Tells who holds a service-account token. */
export class TokenAuthenticator {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly tokens: ServiceAccountTokens,
    private readonly subjects: TokenSubjects,
    /** What a token has to be for when it is shown to the API server. */
    readonly apiAudiences: readonly string[],
    private readonly clock: Clock,
    private readonly legacyUse?: UseOfLegacyTokens,
  ) {}

  /** Throws saying why the token is not good. */
  async authenticate(
    token: string,
    audiences: readonly string[] = this.apiAudiences,
  ): Promise<{ user: UserInfo; audiences: readonly string[] }> {
    const soon = audiences === this.apiAudiences ? this.holderOnce(token) : this.holder(token, audiences);
    const holder = soon instanceof Promise ? await soon : soon;
    await this.requireSubjects(holder.token, token);
    return { user: holder.user, audiences: holder.token.audiences };
  }

  private async holder(token: string, audiences: readonly string[]): Promise<Holder> {
    const verified = await this.tokens.verify(token, audiences, this.apiAudiences);
    return { token: verified, user: authenticated(userOf(verified)) };
  }

  /** Signatures are dear, and clients show the same token with every request; what it is bound to is checked each time. */
  private holderOnce(token: string): Holder | Promise<Holder> {
    const now = this.clock.now();
    const known = this.known.get(token);
    if (known && now < known.until) return known.found ?? known.holder;
    const holder = this.holder(token, this.apiAudiences);
    const entry: Known = { holder, until: now + verifiedMilliseconds };
    this.known.delete(token);
    this.known.set(token, entry);
    holder.then(
      (found) => {
        entry.until = Math.min(entry.until, found.token.expires);
        entry.found = found;
      },
      () => this.known.delete(token),
    );
    const [oldest] = this.known.keys();
    if (this.known.size > mostVerified && oldest !== undefined) this.known.delete(oldest);
    return holder;
  }

  private async requireSubjects(verified: VerifiedToken, token: string): Promise<void> {
    const { namespace, serviceaccount, pod, secret, node, keptIn } = verified;
    const { subjects } = this;
    const keeper = keptIn === undefined ? undefined : requireKept(await subjects.secret(namespace, keptIn), token);
    const account = subjects.serviceAccount(namespace, serviceaccount.name);
    this.requireLive('service account', serviceaccount, account instanceof Promise ? await account : account);
    if (pod) this.requireLive('pod', pod, await subjects.pod(namespace, pod.name));
    if (secret) this.requireLive('secret', secret, await subjects.secret(namespace, secret.name));
    // A token bound to a pod merely mentions the node.
    if (node && !pod) this.requireLive('node', node, await subjects.node(node.name));
    if (keeper) this.legacyUse?.note(keeper);
  }

  private requireLive(what: string, identity: ObjectIdentity, found: Identified | undefined): void {
    if (!found) throw new Error(`the ${what} ${identity.name} no longer exists`);
    if (found.metadata?.uid !== identity.uid) throw new Error(`the ${what} ${identity.name} has been replaced`);
    const deleted = found.metadata.deletionTimestamp;
    if (deleted && Date.parse(deleted) + deletionLeeway < this.clock.now())
      throw new Error(`the ${what} ${identity.name} has been deleted`);
  }
}

function userOf({ namespace, serviceaccount, pod, node, id }: VerifiedToken): UserInfo {
  const prefix = 'authentication.kubernetes.io';
  return {
    name: serviceAccountUserName(namespace, serviceaccount.name),
    uid: serviceaccount.uid,
    groups: serviceAccountGroups(namespace),
    extra: {
      ...(id ? { [`${prefix}/credential-id`]: [`JTI=${id}`] } : {}),
      ...(node ? { [`${prefix}/node-name`]: [node.name], [`${prefix}/node-uid`]: [node.uid] } : {}),
      ...(pod ? { [`${prefix}/pod-name`]: [pod.name], [`${prefix}/pod-uid`]: [pod.uid] } : {}),
    },
  };
}
