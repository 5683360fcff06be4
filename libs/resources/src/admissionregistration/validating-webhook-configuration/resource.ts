import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { uncalledWebhooks } from '../unsupported';
import { defaultWebhooks } from '../webhook-defaults';
import { validatingWebhookConfigurationTable } from './table';

export const validatingWebhookConfigurationResource = defineResource({
  kind: Kinds.ValidatingWebhookConfiguration,
  defaults: defaultWebhooks,
  table: validatingWebhookConfigurationTable,
  unsupported: uncalledWebhooks,
});
