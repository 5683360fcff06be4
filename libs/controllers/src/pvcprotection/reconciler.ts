import { Kinds, type corev1 } from '@skiff/contracts';
import type { Controller, ControllerBase, ReconcileContext, Result } from '../shared/controller';
import { byNamespace } from '../shared/indexers';
import { keyFrom } from '../shared/keys';
import { Protection } from '../shared/protection';
import type { Queue, Trace } from '../shared/queue';
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
  readonly workers = 5;
  private readonly protection: Protection<corev1.PersistentVolumeClaim>;

  constructor(private readonly base: ControllerBase) {
    this.protection = new Protection(base, {
      kind: Kinds.PersistentVolumeClaim,
      finalizer: claimFinalizer,
      isUsed: (claim, signal) => this.isUsed(claim, signal),
    });
  }

  watch(queue: Queue): void {
    this.protection.watch(queue);
    const wakeClaims = (pod: corev1.Pod, trace: Trace): void => {
      for (const name of claimsOf(pod)) queue.add(keyFrom(pod.metadata?.namespace, name), trace);
    };
    this.base.caches.of(Kinds.Pod).subscribe({
      updated: (old, pod, trace) => {
        // Only the end of an ephemeral claim's pod, or another pod of the same name, frees anything.
        if (old.metadata?.uid !== pod.metadata?.uid || old.status?.phase !== pod.status?.phase) wakeClaims(pod, trace);
      },
      deleted: wakeClaims,
    });
  }

  reconcile(key: string, context: ReconcileContext): Promise<Result> {
    return this.protection.reconcile(key, context);
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
