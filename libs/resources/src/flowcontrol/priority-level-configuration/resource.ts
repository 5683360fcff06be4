import { defineResource, statusSubresource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

export const priorityLevelConfigurationResource = defineResource({
  kind: Kinds.PriorityLevelConfiguration,
  subresources: [statusSubresource],
  unsupported: [{ field: '', why: 'requests do not wait for one another by priority' }],
});
