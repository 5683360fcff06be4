import type { AdmissionParts, AdmissionPlugin } from '@skiff/api-server/admission';
import { WebhookClient } from '@skiff/webhook-client';
import { FailOpenEvents } from './calls/fail-open-events';
import { WebhookCaller } from './calls/caller';
import { WebhookMetrics } from './calls/metrics';
import { MutatingConfigurations, ValidatingConfigurations } from './configuration/configurations';
import { mutatingWebhooks } from './mutating/plugin';
import { validatingWebhooks } from './validating/plugin';

/** The plugins that ask webhooks, in the order in which they run. */
export function admissionWebhooks(parts: AdmissionParts): readonly AdmissionPlugin[] {
  const { connectService, clock, signal } = parts;
  const client = new WebhookClient({ connectService, clock, userAgent: 'kube-apiserver-admission' });
  signal.addEventListener('abort', () => client.close(), { once: true });
  const changed = (): void => {
    client.retain([...mutating.hooks, ...validating.hooks].map(({ clientConfig }) => clientConfig));
    parts.replan();
  };
  const mutating = new MutatingConfigurations(changed);
  const validating = new ValidatingConfigurations(changed);
  mutating.follow(parts.follow);
  validating.follow(parts.follow);
  const metrics = new WebhookMetrics(parts.metrics, () => clock.monotonic());
  const caller = new WebhookCaller({ ...parts, client, metrics, events: new FailOpenEvents(parts) });
  return [mutatingWebhooks(parts, mutating, caller), validatingWebhooks(parts, validating, caller)];
}
