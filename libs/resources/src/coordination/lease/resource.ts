import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { leaseTable } from './table';
import { leaseValidation } from './validation';

export const leaseResource = defineResource({
  kind: Kinds.Lease,
  generation: false,
  validation: leaseValidation,
  table: leaseTable,
});
