import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

export const resourceClaimResource = defineResource({
  kind: Kinds.ResourceClaim,
  answersDeleted: true,
  subresources: [statusSubresource],
  unsupported: [{ field: '', why: 'devices are not allocated' }],
});
