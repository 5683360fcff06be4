import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { uncalledWebhooks } from '../unsupported';
import { defaultWebhooks } from '../webhook-defaults';
import { mutatingWebhookConfigurationTable } from './table';

export const mutatingWebhookConfigurationResource = defineResource({
  kind: Kinds.MutatingWebhookConfiguration,
  defaults: defaultWebhooks,
  table: mutatingWebhookConfigurationTable,
  unsupported: uncalledWebhooks,
});
