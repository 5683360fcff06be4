import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultWebhooks } from '../webhook-defaults';
import { webhookConfigurationValidation } from '../webhook-validation/webhooks';
import { validatingWebhookConfigurationTable } from './table';

export const validatingWebhookConfigurationResource = defineResource({
  kind: Kinds.ValidatingWebhookConfiguration,
  defaults: defaultWebhooks,
  table: validatingWebhookConfigurationTable,
  validation: webhookConfigurationValidation,
});
