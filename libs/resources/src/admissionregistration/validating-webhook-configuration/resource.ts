import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultWebhooks } from '../webhook-defaults';
import { validatingWebhookConfigurationTable } from './table';

const why = 'admission webhooks are not called';

export const validatingWebhookConfigurationResource = defineResource({
  kind: Kinds.ValidatingWebhookConfiguration,
  defaults: defaultWebhooks,
  table: validatingWebhookConfigurationTable,
  unsupported: [
    {
      field: '',
      why,
      notice: { event: { reason: 'WebhooksNotCalled', message: `This cluster calls no webhooks: ${why}` } },
    },
  ],
});
