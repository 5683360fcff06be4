import { Kinds, type corev1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue, Trace } from '../shared/queue';
import { hasFinalizer, withFinalizer, withoutFinalizer } from '../shared/finalizers';
import { byNamespace } from '../shared/indexers';
import { keyFrom, keyOf } from '../shared/keys';
import { onWrite } from '../shared/on-change';
import { isDeleting } from '../shared/pods';
import { claimsOf, podUsesClaim } from './plan';

/** Keeps a claim from going while pods use it. */
export const claimFinalizer = 'kubernetes.io/pvc-protection';

/**
 * Lets a deleted PersistentVolumeClaim go once no scheduled pod uses it, and protects claims
 * that are not yet protected.
 *
 * Retry: an API error with back-off. Upstream: pkg/controller/volume/pvcprotection.
 */
export class ClaimProtectionController implements Controller {
  readonly name = 'persistentvolumeclaim-protection-controller';
  readonly workers = 5;

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    const { caches } = this.base;
    const claim = (object: corev1.PersistentVolumeClaim, trace: Trace): void => {
      if (isDeleting(object) === hasFinalizer(object, claimFinalizer)) queue.add(keyOf(object), trace);
    };
    caches.of(Kinds.PersistentVolumeClaim).subscribe(onWrite(claim));
    const pod = (object: corev1.Pod, trace: Trace): void => {
      for (const name of claimsOf(object)) queue.add(keyFrom(object.metadata?.namespace, name), trace);
    };
    caches.of(Kinds.Pod).subscribe({
      updated: (old, object, trace) => {
        // Only the end of an ephemeral claim's pod, or another pod of the same name, frees anything.
        if (old.metadata?.uid !== object.metadata?.uid || old.status?.phase !== object.status?.phase)
          pod(object, trace);
      },
      deleted: pod,
    });
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client } = this.base;
    const claim = caches.of(Kinds.PersistentVolumeClaim).get(key);
    if (!claim) return done;
    const protectedNow = hasFinalizer(claim, claimFinalizer);
    if (isDeleting(claim) !== protectedNow) return done;
    if (protectedNow && (await this.isUsed(claim, signal))) return done;
    const wanted = protectedNow ? withoutFinalizer(claim, claimFinalizer) : withFinalizer(claim, claimFinalizer);
    try {
      await client.update(Kinds.PersistentVolumeClaim, wanted, { signal });
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
    return done;
  }

  /** The cache may be behind, so its "no" is confirmed by the API server. */
  private async isUsed(claim: corev1.PersistentVolumeClaim, signal: AbortSignal): Promise<boolean> {
    const { caches, client } = this.base;
    const { namespace = '' } = claim.metadata ?? {};
    const uses = (pod: corev1.Pod): boolean => podUsesClaim(pod, claim);
    if (caches.of(Kinds.Pod).byIndex(byNamespace, namespace).some(uses)) return true;
    return (await client.list(Kinds.Pod, { namespace, signal })).items.some(uses);
  }
}
