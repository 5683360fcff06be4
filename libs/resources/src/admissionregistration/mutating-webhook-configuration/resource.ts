import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultWebhooks } from '../webhook-defaults';
import { webhookConfigurationValidation } from '../webhook-validation/webhooks';
import { mutatingWebhookConfigurationTable } from './table';

export const mutatingWebhookConfigurationResource = defineResource({
  kind: Kinds.MutatingWebhookConfiguration,
  defaults: defaultWebhooks,
  table: mutatingWebhookConfigurationTable,
  validation: webhookConfigurationValidation,
});
