import { Kinds, type corev1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue, Trace } from '../shared/queue';
import { byNamespace } from '../shared/indexers';
import { keyFrom, objectKey } from '../shared/keys';
import { onChange } from '../shared/on-change';
import { loadTokens } from '../shared/load-pki';
import { unlessNotFound } from '../shared/not-found';
import { accountOf, type AccountReference } from '../shared/token-secrets';
import { filled, missingIn } from './plan';

export interface ServiceAccountTokenOptions {
  /** PEM of the key that signs tokens of service accounts. */
  readonly privateKey: string;
  /** PEM of the CA that pods trust. */
  readonly rootCa: string | undefined;
}

/** A Secret, past or present, and the service account that it was for. */
interface Item {
  readonly namespace: string;
  readonly secret: string;
  readonly secretUid: string;
  readonly account: AccountReference;
}

/**
 * Fills Secrets of type `kubernetes.io/service-account-token` with a token, the CA and the
 * namespace, and deletes them when their service account is gone. A Secret that is gone is
 * taken off the list of its service account. Keys are items as JSON.
 *
 * Retry: an API error with back-off, but conflicts, after which the newer version wakes it.
 * Upstream: pkg/controller/serviceaccount/tokens_controller.go.
 */
export class ServiceAccountTokenController implements Controller {
  readonly workers = 5;

  constructor(
    private readonly base: ControllerBase,
    private readonly options: ServiceAccountTokenOptions,
  ) {}

  watch(queue: Queue): void {
    const { caches } = this.base;
    const secrets = caches.of(Kinds.Secret);
    const wake = (secret: corev1.Secret, trace: Trace): void => {
      const account = accountOf(secret);
      const { namespace = '', name = '', uid = '' } = secret.metadata ?? {};
      if (account)
        queue.add(JSON.stringify({ namespace, secret: name, secretUid: uid, account } satisfies Item), trace);
    };
    secrets.subscribe(onChange(wake));
    caches.of(Kinds.ServiceAccount).subscribe({
      deleted: ({ metadata }, trace) => {
        for (const secret of secrets.byIndex(byNamespace, metadata?.namespace ?? ''))
          if (accountOf(secret)?.name === metadata?.name) wake(secret, trace);
      },
    });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const item = JSON.parse(key) as Item;
    const { namespace, secret: name, secretUid: uid } = item;
    const secret = this.base.caches.of(Kinds.Secret).get(keyFrom(namespace, name));
    if (secret?.metadata?.uid !== uid) {
      await this.dropReference(item, signal);
      return done;
    }
    const account = await this.findAccount(item, signal);
    await this.ignoreOvertaken(
      account
        ? this.fill(secret, account, signal)
        : this.base.client.delete(Kinds.Secret, { namespace, name }, { preconditions: { uid } }, { signal }),
    );
    return done;
  }

  /** Looks past the cache before it says that there is no such account. */
  private async findAccount(
    { namespace, account }: Item,
    signal: AbortSignal,
  ): Promise<corev1.ServiceAccount | undefined> {
    const isMeant = (found: corev1.ServiceAccount | undefined): boolean =>
      found !== undefined && (account.uid === '' || account.uid === found.metadata?.uid);
    const cached = this.base.caches.of(Kinds.ServiceAccount).get(keyFrom(namespace, account.name));
    if (isMeant(cached)) return cached;
    const key = { namespace, name: account.name };
    const found = await unlessNotFound(this.base.client.get(Kinds.ServiceAccount, key, { signal }));
    return isMeant(found) ? found : undefined;
  }

  private async fill(cached: corev1.Secret, account: corev1.ServiceAccount, signal: AbortSignal): Promise<void> {
    const { privateKey, rootCa } = this.options;
    const missing = missingIn(cached, rootCa);
    if (!missing) return;
    const { namespace = '', name = '' } = cached.metadata ?? {};
    const { name: accountName = '', uid = '' } = account.metadata ?? {};
    const binding = { namespace, serviceaccount: { name: accountName, uid }, secret: { name } };
    const token = missing.token ? await (await loadTokens()).signLegacyToken(privateKey, binding) : undefined;
    await this.base.client.update(Kinds.Secret, filled(cached, account, { token, rootCa }), { signal });
  }

  private async dropReference({ namespace, secret, account }: Item, signal: AbortSignal): Promise<void> {
    const found = this.base.caches.of(Kinds.ServiceAccount).get(keyFrom(namespace, account.name));
    if (!found || (account.uid !== '' && account.uid !== found.metadata?.uid)) return;
    if (!found.secrets?.some(({ name }) => name === secret)) return;
    const fresh = await this.base.client.get(Kinds.ServiceAccount, objectKey(found), { signal });
    const secrets = (fresh.secrets ?? []).filter(({ name }) => name !== secret);
    await this.base.client.update(Kinds.ServiceAccount, { ...fresh, secrets }, { signal });
  }

  private async ignoreOvertaken(write: Promise<unknown>): Promise<void> {
    try {
      await write;
    } catch (error) {
      if (!hasReason(error, 'Conflict') && !hasReason(error, 'NotFound')) throw error;
    }
  }
}
