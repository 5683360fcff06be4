import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultIngressClass } from './defaults';
import { ingressClassTable } from './table';
import { ingressClassValidation } from './validation';

export const ingressClassResource = defineResource({
  kind: Kinds.IngressClass,
  defaults: defaultIngressClass,
  validation: ingressClassValidation,
  table: ingressClassTable,
});
