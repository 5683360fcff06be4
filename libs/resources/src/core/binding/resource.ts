import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';

export const bindingResource = defineResource({
  kind: Kinds.Binding,
  verbs: ['create'],
  quota: null,
});
