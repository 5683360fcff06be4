import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

export const componentStatusResource = defineResource({
  kind: Kinds.ComponentStatus,
  verbs: ['get', 'list'],
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
});
