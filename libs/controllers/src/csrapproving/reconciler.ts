import { Kinds, type certificatesv1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { unlessNotFound } from '../shared/not-found';
import { enqueue, onWrite } from '../shared/on-change';
import { readRequest } from '../shared/signing-requests';
import { approvalsFor, isPending, reviewOf, type Approval } from './plan';

/** How soon a request is looked at again whose maker has no right to it yet. */
const refusedMilliseconds = 60_000;

/**
 * Approves requests for client certificates of kubelets, if whoever asks may create
 * `certificatesigningrequests/selfnodeclient` or `/nodeclient`.
 *
 * Retry: an API error with back-off; a maker without that right is asked about again after a
 * minute. Upstream: pkg/controller/certificates/approver/sarapprove.go.
 */
export class ApprovingController implements Controller {
  readonly workers = 5;

  constructor(private readonly base: ControllerBase) {}

  watch(queue: Queue): void {
    this.base.caches.of(Kinds.CertificateSigningRequest).subscribe(onWrite(enqueue(queue)));
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const request = this.base.caches.of(Kinds.CertificateSigningRequest).get(key);
    if (!request || !isPending(request)) return done;
    const approvals = approvalsFor(request, await readRequest(request));
    for (const approval of approvals) {
      if (!(await this.isAllowed(request, approval, signal))) continue;
      await this.approve(request, approval, signal);
      return done;
    }
    return approvals.length === 0 ? done : { requeueAfter: refusedMilliseconds };
  }

  private async isAllowed(
    request: certificatesv1.CertificateSigningRequest,
    approval: Approval,
    signal: AbortSignal,
  ): Promise<boolean> {
    const review = await this.base.client.create(Kinds.SubjectAccessReview, reviewOf(request, approval), { signal });
    return review.status?.allowed === true;
  }

  private async approve(
    request: certificatesv1.CertificateSigningRequest,
    { message }: Approval,
    signal: AbortSignal,
  ): Promise<void> {
    const lastUpdateTime = formatTime(this.base.clock.now());
    const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message, lastUpdateTime };
    const status = { ...request.status, conditions: [...(request.status?.conditions ?? []), condition] };
    const options = { subresource: 'approval', signal };
    await unlessNotFound(this.base.client.update(Kinds.CertificateSigningRequest, { ...request, status }, options));
  }
}
