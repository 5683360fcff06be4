import { Kinds, type corev1 } from '@skiff/contracts';
import type { Controller, ControllerBase, ReconcileContext, Result } from '../shared/controller';
import { Protection } from '../shared/protection';
import type { Queue } from '../shared/queue';

/** Keeps a volume from going while a claim is bound to it. */
export const volumeFinalizer = 'kubernetes.io/pv-protection';

/**
 * Lets a deleted PersistentVolume go once no claim is bound to it, and protects volumes that
 * are not yet protected.
 *
 * Retry: an API error with back-off. Upstream: pkg/controller/volume/pvprotection.
 */
export class VolumeProtectionController implements Controller {
  readonly workers = 1;
  private readonly protection: Protection<corev1.PersistentVolume>;

  constructor(base: ControllerBase) {
    this.protection = new Protection(base, {
      kind: Kinds.PersistentVolume,
      finalizer: volumeFinalizer,
      isUsed: ({ status }) => status?.phase === 'Bound',
    });
  }

  watch(queue: Queue): void {
    this.protection.watch(queue);
  }

  reconcile(key: string, context: ReconcileContext): Promise<Result> {
    return this.protection.reconcile(key, context);
  }
}
