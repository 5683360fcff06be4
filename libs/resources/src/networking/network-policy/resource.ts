import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultNetworkPolicy } from './defaults';
import { networkPolicyTable } from './table';
import { networkPolicyValidation } from './validation';

export const networkPolicyResource = defineResource({
  kind: Kinds.NetworkPolicy,
  defaults: defaultNetworkPolicy,
  validation: networkPolicyValidation,
  table: networkPolicyTable,
  unsupported: [
    {
      field: '',
      why: 'traffic between pods is not filtered',
      notice: {
        event: {
          reason: 'NotEnforced',
          message: 'This cluster does not filter traffic between pods: all of it passes',
        },
      },
    },
  ],
});
