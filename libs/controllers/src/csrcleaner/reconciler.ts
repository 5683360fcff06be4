import { Kinds } from '@skiff/contracts';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { unlessNotFound } from '../shared/not-found';
import { enqueue, onWrite } from '../shared/on-change';
import { deletionTime } from './plan';

/** The longest that a request is not looked at (milliseconds). */
const period = 3_600_000;

/**
 * Deletes CertificateSigningRequests that have served their purpose or been left lying.
 *
 * Retry: an API error with back-off. Upstream: pkg/controller/certificates/cleaner.
 */
export class SigningRequestCleaner implements Controller {
  readonly workers = 1;

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    this.base.caches.of(Kinds.CertificateSigningRequest).subscribe(onWrite(enqueue(queue)));
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const { caches, client, clock } = this.base;
    const request = caches.of(Kinds.CertificateSigningRequest).get(key);
    if (!request) return done;
    const wait = deletionTime(request) - clock.now();
    if (wait > 0) return { requeueAfter: Math.min(wait, period) };
    const preconditions = { uid: request.metadata?.uid };
    await unlessNotFound(client.delete(Kinds.CertificateSigningRequest, { name: key }, { preconditions }, { signal }));
    return done;
  }
}
