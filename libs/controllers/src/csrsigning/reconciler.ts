import { Kinds, type certificatesv1 } from '@skiff/contracts';
import type { Authority, KeyPair, SigningRequest } from '@skiff/pki';
import { formatTime } from '@skiff/platform';
import { done, type Controller, type ControllerBase, type ReconcileContext, type Result } from '../shared/controller';
import type { Queue } from '../shared/queue';
import { enqueue, onWrite } from '../shared/on-change';
import { loadPki } from '../shared/load-pki';
import { unlessNotFound } from '../shared/not-found';
import { readRequest } from '../shared/signing-requests';
import { awaitsSigning, signingProblem, signingTerms } from './plan';

type Request = certificatesv1.CertificateSigningRequest;

export interface SigningOptions {
  /** PEM of the CA's certificate and key. */
  readonly authority: KeyPair;
  /** How long certificates are valid unless a request asks for less (milliseconds). */
  readonly duration: number;
}

/**
 * Signs approved CertificateSigningRequests of the cluster's own signers, or says in the
 * condition Failed why not.
 *
 * Retry: an API error with back-off. Upstream: pkg/controller/certificates/signer/signer.go.
 */
export class SigningController implements Controller {
  readonly workers = 5;
  private authority: Promise<Authority> | undefined;

  constructor(
    private readonly base: ControllerBase,
    private readonly options: SigningOptions,
  ) {}

  watch(queue: Queue): void {
    this.base.caches.of(Kinds.CertificateSigningRequest).subscribe(onWrite(enqueue(queue)));
  }

  async reconcile(key: string, { signal }: ReconcileContext): Promise<Result> {
    const request = this.base.caches.of(Kinds.CertificateSigningRequest).get(key);
    if (!request || !awaitsSigning(request)) return done;
    const asked = await readRequest(request);
    const problem = signingProblem(request, asked);
    const status = problem === undefined ? await this.signed(request, asked) : this.failed(request, problem);
    const options = { subresource: 'status', signal };
    await unlessNotFound(this.base.client.update(Kinds.CertificateSigningRequest, { ...request, status }, options));
    return done;
  }

  private async signed(request: Request, asked: SigningRequest): Promise<Request['status']> {
    this.authority ??= loadPki().then(({ loadAuthority }) => loadAuthority(this.options.authority));
    const authority = await this.authority;
    const terms = signingTerms(request, {
      now: this.base.clock.now(),
      longest: this.options.duration,
      authorityEnds: authority.notAfter,
    });
    const certificate = await authority.sign(asked, terms);
    return { ...request.status, certificate: Buffer.from(certificate).toString('base64') };
  }

  private failed({ status }: Request, message: string): Request['status'] {
    const lastUpdateTime = formatTime(this.base.clock.now());
    const failed = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message, lastUpdateTime };
    return { ...status, conditions: [...(status?.conditions ?? []), failed] };
  }
}
