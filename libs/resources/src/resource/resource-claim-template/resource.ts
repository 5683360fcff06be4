import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

export const resourceClaimTemplateResource = defineResource({
  kind: Kinds.ResourceClaimTemplate,
  answersDeleted: true,
  unsupported: [{ field: '', why: 'devices are not allocated' }],
});
