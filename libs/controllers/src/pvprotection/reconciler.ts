import { Kinds, type corev1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue, Trace } from '../shared/queue';
import { hasFinalizer, withFinalizer, withoutFinalizer } from '../shared/finalizers';
import { keyOf } from '../shared/keys';
import { onWrite } from '../shared/on-change';
import { isDeleting } from '../shared/pods';

/** Keeps a volume from going while a claim is bound to it. */
export const volumeFinalizer = 'kubernetes.io/pv-protection';

/**
 * Lets a deleted PersistentVolume go once no claim is bound to it, and protects volumes that
 * are not yet protected.
 *
 * Retry: an API error with back-off. Upstream: pkg/controller/volume/pvprotection.
 */
export class VolumeProtectionController implements Controller {
  readonly name = 'persistentvolume-protection-controller';
  readonly workers = 1;

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    const wake = (volume: corev1.PersistentVolume, trace: Trace): void => {
      if (isDeleting(volume) === hasFinalizer(volume, volumeFinalizer)) queue.add(keyOf(volume), trace);
    };
    this.base.caches.of(Kinds.PersistentVolume).subscribe(onWrite(wake));
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client } = this.base;
    const volume = caches.of(Kinds.PersistentVolume).get(key);
    if (!volume) return done;
    const protectedNow = hasFinalizer(volume, volumeFinalizer);
    if (isDeleting(volume) !== protectedNow || (protectedNow && volume.status?.phase === 'Bound')) return done;
    const wanted = protectedNow ? withoutFinalizer(volume, volumeFinalizer) : withFinalizer(volume, volumeFinalizer);
    try {
      await client.update(Kinds.PersistentVolume, wanted, { signal });
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
    return done;
  }
}
