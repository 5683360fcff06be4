import type { admissionregistrationv1 } from '@skiff/contracts';

export function defaultWebhooks(
  configuration:
    admissionregistrationv1.ValidatingWebhookConfiguration | admissionregistrationv1.MutatingWebhookConfiguration,
): void {
  for (const webhook of configuration.webhooks ?? []) {
    webhook.failurePolicy ??= 'Fail';
    webhook.matchPolicy ??= 'Equivalent';
    webhook.namespaceSelector ??= {};
    webhook.objectSelector ??= {};
    webhook.timeoutSeconds ??= 10;
    if ('reinvocationPolicy' in webhook || configuration.kind === 'MutatingWebhookConfiguration')
      (webhook as admissionregistrationv1.MutatingWebhook).reinvocationPolicy ??= 'Never';
    if (webhook.clientConfig?.service) webhook.clientConfig.service.port ??= 443;
    for (const rule of webhook.rules ?? []) rule.scope ??= '*';
  }
}
