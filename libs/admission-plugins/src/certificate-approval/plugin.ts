import type { AdmissionPlugin, Authorizer } from '@skiff/api-server/admission';
import { requirePermission } from '../shared/signers';

/** Approves certificates only who may `approve` for their signer. */
export function certificateApproval(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'CertificateApproval',
    operations: ['UPDATE'],
    validate: {
      resources: ['certificatesigningrequests.certificates.k8s.io/approval'],
      run: (request) => requirePermission(request, authorizer, 'approve'),
    },
  };
}
