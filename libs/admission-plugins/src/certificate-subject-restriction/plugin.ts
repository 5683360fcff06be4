import { parseCertificateRequest } from '@skiff/resources';
import type { certificatesv1 } from '@skiff/contracts';
import { refused, type AdmissionPlugin } from '@skiff/api-server/admission';

const clientSigner = 'kubernetes.io/kube-apiserver-client';
const masters = 'system:masters';

/** Nobody becomes a master by a certificate. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  operations: ['CREATE'],
  validate: {
    resources: ['certificatesigningrequests.certificates.k8s.io'],
    run(request) {
      const { spec } = request.object as certificatesv1.CertificateSigningRequest;
      if (spec?.signerName !== clientSigner) return;
      if (parseCertificateRequest(spec.request ?? '').organizations.includes(masters))
        throw refused(request, `use of ${clientSigner} signer with ${masters} group is not allowed`);
    },
  },
};
