import { defineResource } from '@skiff/apimachinery';
import { Kinds } from '@skiff/contracts';
import { defaultWebhooks } from '../webhook-defaults';
import { mutatingWebhookConfigurationTable } from './table';

const why = 'admission webhooks are not called';

export const mutatingWebhookConfigurationResource = defineResource({
  kind: Kinds.MutatingWebhookConfiguration,
  defaults: defaultWebhooks,
  table: mutatingWebhookConfigurationTable,
  unsupported: [
    {
      field: '',
      why,
      notice: { event: { reason: 'WebhooksNotCalled', message: `This cluster calls no webhooks: ${why}` } },
    },
  ],
});
