import { defineResource, objectCount } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { configMapTable } from './table';
import { configMapValidation } from './validation';

export const configMapResource = defineResource({
  kind: Kinds.ConfigMap,
  generation: false,
  validation: configMapValidation,
  table: configMapTable,
  quota: objectCount('', 'configmaps', 'configmaps'),
});
