import { Kinds, type batchv1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue, Trace } from '../shared/queue';
import { keyOf, objectKey } from '../shared/keys';
import { onWrite } from '../shared/on-change';
import { isDeleting } from '../shared/pods';
import { expiryOf } from './plan';

/**
 * Deletes finished jobs, pods first, once their ttlSecondsAfterFinished has passed.
 *
 * Retry: an API error with back-off. Upstream: pkg/controller/ttlafterfinished.
 */
export class TtlAfterFinishedController implements Controller {
  readonly workers = 5;

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    const wake = (job: batchv1.Job, trace: Trace): void => {
      if (!isDeleting(job) && expiryOf(job) !== undefined) queue.add(keyOf(job), trace);
    };
    this.base.caches.of(Kinds.Job).subscribe(onWrite(wake));
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client, clock } = this.base;
    const cached = caches.of(Kinds.Job).get(key);
    if (!cached || isDeleting(cached)) return done;
    const wait = (expiryOf(cached) ?? Infinity) - clock.now();
    if (wait > 0) return wait === Infinity ? done : { requeueAfter: wait };
    try {
      // The time to live may have been prolonged just now.
      const job = await client.get(Kinds.Job, objectKey(cached), { signal });
      if ((expiryOf(job) ?? Infinity) > clock.now()) return done;
      const preconditions = { uid: job.metadata?.uid, resourceVersion: job.metadata?.resourceVersion };
      await client.delete(Kinds.Job, objectKey(job), { propagationPolicy: 'Foreground', preconditions }, { signal });
    } catch (error) {
      if (!hasReason(error, 'NotFound')) throw error;
    }
    return done;
  }
}
