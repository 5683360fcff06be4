import { isDeepStrictEqual } from 'node:util';
import type { certificatesv1 } from '@skiff/contracts';
import type { AdmissionPlugin, Authorizer } from '@skiff/api-server/admission';
import { requirePermission } from '../shared/signers';

type Request = certificatesv1.CertificateSigningRequest;

/** Issues certificates, or declares them failed, only who may `sign` for their signer. */
export function certificateSigning(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'CertificateSigning',
    operations: ['UPDATE'],
    validate: {
      resources: ['certificatesigningrequests.certificates.k8s.io/status'],
      run(request) {
        const [now, before] = [request.object as Request, request.oldObject as Request];
        const untouched =
          (now.status?.certificate ?? '') === (before.status?.certificate ?? '') &&
          isDeepStrictEqual(now.status?.conditions ?? [], before.status?.conditions ?? []);
        if (!untouched) requirePermission(request, authorizer, 'sign');
      },
    },
  };
}
