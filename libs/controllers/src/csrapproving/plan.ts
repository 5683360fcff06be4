import type { authorizationv1, certificatesv1 } from '@skiff/contracts';
import type { SigningRequest } from '@skiff/pki';
import { conditionOf, kubeletClientProblem, signers } from '../shared/signing-requests';

type Request = certificatesv1.CertificateSigningRequest;

/** Why a request may be approved without anybody's looking at it. */
export interface Approval {
  /** The subresource of certificatesigningrequests that whoever asks must be allowed to create. */
  readonly subresource: 'selfnodeclient' | 'nodeclient';
  readonly message: string;
}

/** Whether nobody has decided about a request yet. */
export function isPending(request: Request): boolean {
  return (
    !request.status?.certificate &&
    conditionOf(request, 'Approved') === undefined &&
    conditionOf(request, 'Denied') === undefined
  );
}

/** The approvals that a request for a kubelet's client certificate qualifies for, the narrower one first. */
export function approvalsFor({ spec }: Request, asked: SigningRequest): Approval[] {
  if (spec?.signerName !== signers.kubeletClient) return [];
  if (kubeletClientProblem(asked, spec.usages ?? []) !== undefined) return [];
  const own: Approval = {
    subresource: 'selfnodeclient',
    message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
  };
  const any: Approval = {
    subresource: 'nodeclient',
    message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
  };
  return spec.username === asked.commonName ? [own, any] : [any];
}

/** Asks whether whoever made a request may create a subresource of such requests. */
export function reviewOf({ spec }: Request, { subresource }: Approval): authorizationv1.SubjectAccessReview {
  return {
    spec: {
      user: spec?.username,
      uid: spec?.uid,
      groups: spec?.groups,
      extra: spec?.extra,
      resourceAttributes: {
        group: 'certificates.k8s.io',
        resource: 'certificatesigningrequests',
        verb: 'create',
        subresource,
        version: '*',
      },
    },
  };
}
