import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { ipAddressTable } from './table';
import { ipAddressValidation } from './validation';

export const ipAddressResource = defineResource({
  kind: Kinds.IPAddress,
  generation: false,
  validation: ipAddressValidation,
  table: ipAddressTable,
});
