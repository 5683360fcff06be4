import { isDeepStrictEqual } from 'node:util';
import { parseCertificateRequest } from '@skiff/api';
import type { certificatesv1 } from '@skiff/contracts';
import {
  refused,
  writes,
  type AdmissionPlugin,
  type AdmissionRequest,
  type Authorizer,
  type UserInfo,
} from '@skiff/api-server/admission';

type Request = certificatesv1.CertificateSigningRequest;

const group = 'certificates.k8s.io';
const requests = 'certificatesigningrequests';

/** Whether somebody may do something for a signer: the one, or all of its domain. */
function mayFor(authorizer: Authorizer, user: UserInfo, verb: string, signer: string): boolean {
  return [signer, `${signer.split('/')[0]}/*`].some(
    (name) =>
      authorizer.authorize({
        user,
        verb,
        resourceRequest: true,
        apiGroup: group,
        apiVersion: '*',
        resource: 'signers',
        subresource: '',
        namespace: '',
        name,
      }).allowed,
  );
}

function requirePermission(request: AdmissionRequest, authorizer: Authorizer, verb: string): void {
  const signer = (request.oldObject as Request | undefined)?.spec?.signerName ?? '';
  if (!mayFor(authorizer, request.user, verb, signer))
    throw refused(request, `user not permitted to ${verb} requests with signerName ${JSON.stringify(signer)}`);
}

/** Approves certificates only who may `approve` for their signer. */
export function certificateApproval(authorizer: () => Authorizer): AdmissionPlugin {
  return {
    name: 'CertificateApproval',
    validate(request) {
      if (request.operation === 'UPDATE' && writes(request, group, requests, 'approval'))
        requirePermission(request, authorizer(), 'approve');
    },
  };
}

/** Issues certificates, or declares them failed, only who may `sign` for their signer. */
export function certificateSigning(authorizer: () => Authorizer): AdmissionPlugin {
  return {
    name: 'CertificateSigning',
    validate(request) {
      if (request.operation !== 'UPDATE' || !writes(request, group, requests, 'status')) return;
      const [now, before] = [request.object as Request, request.oldObject as Request];
      const untouched =
        (now.status?.certificate ?? '') === (before.status?.certificate ?? '') &&
        isDeepStrictEqual(now.status?.conditions ?? [], before.status?.conditions ?? []);
      if (!untouched) requirePermission(request, authorizer(), 'sign');
    },
  };
}

const clientSigner = 'kubernetes.io/kube-apiserver-client';
const masters = 'system:masters';

/** Nobody becomes a master by a certificate. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  validate(request) {
    if (request.operation !== 'CREATE' || !writes(request, group, requests)) return;
    const { spec } = request.object as Request;
    if (spec?.signerName !== clientSigner) return;
    if (parseCertificateRequest(spec.request ?? '').organizations.includes(masters))
      throw refused(request, `use of ${clientSigner} signer with ${masters} group is not allowed`);
  },
};
