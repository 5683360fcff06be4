import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { volumeAttachmentTable } from './table';
import { volumeAttachmentValidation } from './validation';

export const volumeAttachmentResource = defineResource({
  kind: Kinds.VolumeAttachment,
  generation: false,
  answersDeleted: true,
  subresources: [statusSubresource],
  validation: volumeAttachmentValidation,
  table: volumeAttachmentTable,
  unsupported: [{ field: '', why: 'CSI drivers are not called' }],
});
