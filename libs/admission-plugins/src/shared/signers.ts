import type { certificatesv1 } from '@skiff/contracts';
import { refused, type AdmissionRequest, type Authorizer, type UserInfo } from '@skiff/api-server/admission';

/** Whether somebody may do something for a signer: the one, or all of its domain. */
function mayFor(authorizer: Authorizer, user: UserInfo, verb: string, signer: string): boolean {
  return [signer, `${signer.split('/')[0]}/*`].some(
    (name) =>
      authorizer.authorize({
        user,
        verb,
        resourceRequest: true,
        apiGroup: 'certificates.k8s.io',
        apiVersion: '*',
        resource: 'signers',
        subresource: '',
        namespace: '',
        name,
      }).allowed,
  );
}

/** Throws Forbidden when the user may not do this for the signer of a certificate request. */
export function requirePermission(request: AdmissionRequest, authorizer: Authorizer, verb: string): void {
  const signer = (request.oldObject as certificatesv1.CertificateSigningRequest | undefined)?.spec?.signerName ?? '';
  if (!mayFor(authorizer, request.userInfo, verb, signer))
    throw refused(request, `user not permitted to ${verb} requests with signerName ${JSON.stringify(signer)}`);
}
