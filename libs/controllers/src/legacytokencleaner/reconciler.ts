import { podReferences, referenceTo } from '@skiff/resources';
import { Kinds, type corev1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import type { Controller, ControllerBase, ReconcileContext, Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { byNamespace } from '../shared/indexers';
import { keyFrom, objectKey } from '../shared/keys';
import { unlessNotFound } from '../shared/not-found';
import { accountOf } from '../shared/token-secrets';
import { invalidSinceLabel, isTrackedLongEnough, judgeToken, type Verdict } from './plan';

/** The one key: a look at all Secrets. */
const pass = 'pass';
/** Time between two looks (milliseconds). */
const period = 86_400_000;

const tracking = { namespace: 'kube-system', name: 'kube-apiserver-legacy-service-account-token-tracking' };

/**
 * Marks tokens that were made along with a service account, and that nobody has used for a
 * year, as invalid, and deletes them after another year.
 *
 * Retry: an API error with back-off; else a pass every day.
 * Upstream: pkg/controller/serviceaccount/legacy_serviceaccount_token_cleaner.go.
 */
export class LegacyTokenCleaner implements Controller {
  readonly workers = 1;

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    const { caches } = this.base;
    caches.of(Kinds.Secret).subscribe({});
    caches.of(Kinds.ServiceAccount).subscribe({});
    caches.of(Kinds.Pod).subscribe({});
    queue.add(pass);
  }

  async reconcile(_key: string, { signal }: ReconcileContext): Promise<Result> {
    const now = this.base.clock.now();
    if (isTrackedLongEnough(await this.trackedSince(signal), now)) await this.clean(now, signal);
    return { requeueAfter: period };
  }

  private async trackedSince(signal: AbortSignal): Promise<string | undefined> {
    const map = await unlessNotFound(this.base.client.get(Kinds.ConfigMap, tracking, { signal }));
    return map?.data?.['since'];
  }

  private async clean(now: number, signal: AbortSignal): Promise<void> {
    const { caches } = this.base;
    for (const secret of caches.of(Kinds.Secret).list()) {
      const wanted = accountOf(secret);
      if (!wanted) continue;
      const account = caches.of(Kinds.ServiceAccount).get(keyFrom(secret.metadata?.namespace, wanted.name));
      const verdict = judgeToken(secret, { account, isMounted: this.isMounted(secret), now });
      if (verdict) await this.apply(secret, verdict, signal);
    }
  }

  private isMounted({ metadata }: corev1.Secret): boolean {
    const { namespace = '', name = '' } = metadata ?? {};
    const reference = referenceTo('secrets', namespace, name);
    const pods = this.base.caches.of(Kinds.Pod).byIndex(byNamespace, namespace);
    return pods.some((pod) => podReferences(pod).includes(reference));
  }

  private async apply(secret: corev1.Secret, verdict: Verdict, signal: AbortSignal): Promise<void> {
    const { client } = this.base;
    const { uid, resourceVersion } = secret.metadata ?? {};
    try {
      if (verdict === 'delete')
        await client.delete(Kinds.Secret, objectKey(secret), { preconditions: { uid, resourceVersion } }, { signal });
      else {
        const labels = { [invalidSinceLabel]: verdict.invalidSince };
        await client.patch(Kinds.Secret, objectKey(secret), 'merge', { metadata: { uid, labels } }, { signal });
      }
    } catch (error) {
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
    }
  }
}
