import { defineResource, fieldsAt, objectSubresource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { certificateSigningRequestStrategy } from './strategy';
import { certificateSigningRequestTable } from './table';
import { certificateSigningRequestValidation } from './validation';

export const certificateSigningRequestResource = defineResource({
  kind: Kinds.CertificateSigningRequest,
  generation: false,
  selectableFields: fieldsAt('spec.signerName'),
  subresources: [
    // The approval of a certificate is a condition.
    objectSubresource('approval', { writes: 'both' }),
    statusSubresource,
  ],
  validation: certificateSigningRequestValidation,
  strategy: certificateSigningRequestStrategy,
  table: certificateSigningRequestTable,
});
