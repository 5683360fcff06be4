import type { metav1 } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import { serviceAccountGroups, serviceAccountUserName, type UserInfo } from '../user';
import type { ObjectIdentity, ServiceAccountTokens, VerifiedToken } from './service-account-tokens';

type Identified = { metadata?: metav1.ObjectMeta | undefined };

/** Reads what tokens are bound to. Answers from a cache may be a moment old. */
export interface TokenSubjects {
  serviceAccount(namespace: string, name: string): Promise<Identified | undefined>;
  pod(namespace: string, name: string): Promise<Identified | undefined>;
  secret(namespace: string, name: string): Promise<Identified | undefined>;
  node(name: string): Promise<Identified | undefined>;
}

/** How long a token outlives the deletion of what it is bound to, so that a pod can finish: upstream's 60 seconds. */
const deletionLeeway = 60_000;

/** Tells who holds a service-account token. */
export class TokenAuthenticator {
  constructor(
    private readonly tokens: ServiceAccountTokens,
    private readonly subjects: TokenSubjects,
    /** What a token has to be for when it is shown to the API server. */
    readonly apiAudiences: readonly string[],
    private readonly clock: Clock,
  ) {}

  /** Throws saying why the token is not good. */
  async authenticate(
    token: string,
    audiences: readonly string[] = this.apiAudiences,
  ): Promise<{ user: UserInfo; audiences: readonly string[] }> {
    const verified = await this.tokens.verify(token, audiences);
    await this.#requireSubjects(verified);
    return { user: userOf(verified), audiences: verified.audiences };
  }

  async #requireSubjects(token: VerifiedToken): Promise<void> {
    const { namespace, serviceaccount, pod, secret, node } = token;
    const checks: [string, ObjectIdentity | undefined, (name: string) => Promise<Identified | undefined>][] = [
      ['service account', serviceaccount, (name) => this.subjects.serviceAccount(namespace, name)],
      ['pod', pod, (name) => this.subjects.pod(namespace, name)],
      ['secret', secret, (name) => this.subjects.secret(namespace, name)],
      // A token bound to a pod merely mentions the node.
      ['node', pod ? undefined : node, (name) => this.subjects.node(name)],
    ];
    await Promise.all(
      checks.map(async ([what, identity, read]) => {
        if (identity) this.#requireLive(what, identity, await read(identity.name));
      }),
    );
  }

  #requireLive(what: string, identity: ObjectIdentity, found: Identified | undefined): void {
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
