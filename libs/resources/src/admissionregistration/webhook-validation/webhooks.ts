import { child, dns1123Subdomain, validateLabelSelector, type ErrorList, type Validation } from '@skiff/apimachinery';
import type { admissionregistrationv1 } from '@skiff/contracts';
import { hasKnownVersion, validateReviewVersions } from './review-versions';
import { validateRule } from './rules';
import { validateWebhookService } from './service';
import { validateWebhookUrl } from './url';

type Webhook = admissionregistrationv1.MutatingWebhook | admissionregistrationv1.ValidatingWebhook;
type Configuration =
  admissionregistrationv1.MutatingWebhookConfiguration | admissionregistrationv1.ValidatingWebhookConfiguration;

/** What a change may leave as it was, though a new configuration may not have it. */
interface Leniency {
  readonly anySideEffects: boolean;
  readonly unknownVersions: boolean;
  readonly repeatedNames: boolean;
}

const strict: Leniency = { anySideEffects: false, unknownVersions: false, repeatedNames: false };

/** Rules of a configuration of webhooks. Upstream: pkg/apis/admissionregistration/validation/validation.go. */
export const webhookConfigurationValidation: Validation<Configuration> = {
  create: ({ webhooks }, to) => validateWebhooks(webhooks ?? [], strict, to),
  update: ({ webhooks }, old, to) => validateWebhooks(webhooks ?? [], leniencyOf(old.webhooks ?? []), to),
};

const noSideEffects = ['None', 'NoneOnDryRun'];
const sideEffectClasses = ['None', 'NoneOnDryRun', 'Some', 'Unknown'];

function leniencyOf(old: readonly Webhook[]): Leniency {
  return {
    anySideEffects: old.some(({ sideEffects = '' }) => !noSideEffects.includes(sideEffects)),
    unknownVersions: old.some(
      ({ admissionReviewVersions: versions }) => versions?.length && !hasKnownVersion(versions),
    ),
    repeatedNames: new Set(old.map(({ name }) => name)).size < old.length,
  };
}

function validateWebhooks(webhooks: readonly Webhook[], leniency: Leniency, to: ErrorList): void {
  const names = new Set<string>();
  for (const [index, webhook] of webhooks.entries()) {
    const path = `webhooks[${index}]`;
    const { name = '', admissionReviewVersions } = webhook;
    validateWebhook(webhook, leniency, path, to);
    const versions = child(path, 'admissionReviewVersions');
    validateReviewVersions(admissionReviewVersions ?? [], !leniency.unknownVersions, versions, to);
    if (name && names.has(name) && !leniency.repeatedNames) to.duplicate(child(path, 'name'), name);
    names.add(name);
  }
}

function validateWebhook(webhook: Webhook, leniency: Leniency, path: string, to: ErrorList): void {
  validateName(webhook.name ?? '', child(path, 'name'), to);
  for (const [index, rule] of (webhook.rules ?? []).entries())
    validateRule(rule, `${child(path, 'rules')}[${index}]`, to);
  supported(webhook.failurePolicy, ['Fail', 'Ignore'], child(path, 'failurePolicy'), to);
  supported(webhook.matchPolicy, ['Equivalent', 'Exact'], child(path, 'matchPolicy'), to);
  const classes = leniency.anySideEffects ? sideEffectClasses : noSideEffects;
  const { sideEffects, timeoutSeconds } = webhook;
  if (sideEffects === undefined) to.required(child(path, 'sideEffects'), `must specify one of ${classes.join(', ')}`);
  supported(sideEffects, classes, child(path, 'sideEffects'), to);
  if (timeoutSeconds !== undefined && (timeoutSeconds > 30 || timeoutSeconds < 1))
    to.invalid(child(path, 'timeoutSeconds'), timeoutSeconds, 'the timeout value must be between 1 and 30 seconds');
  validateLabelSelector(webhook.namespaceSelector, child(path, 'namespaceSelector'), to);
  validateLabelSelector(webhook.objectSelector, child(path, 'objectSelector'), to);
  if ('reinvocationPolicy' in webhook)
    supported(webhook.reinvocationPolicy, ['IfNeeded', 'Never'], child(path, 'reinvocationPolicy'), to);
  validateClientConfig(webhook.clientConfig ?? {}, child(path, 'clientConfig'), to);
}

function supported(value: string | undefined, values: readonly string[], path: string, to: ErrorList): void {
  if (value !== undefined && !values.includes(value)) to.notSupported(path, value, values);
}

/** Upstream: IsFullyQualifiedName in staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go. */
function validateName(name: string, path: string, to: ErrorList): void {
  if (name === '') return to.required(path);
  const wrong = dns1123Subdomain(name);
  if (wrong.length > 0) to.invalid(path, name, wrong.join(','));
  else if (name.split('.').length < 3)
    to.invalid(path, name, 'should be a domain with at least three segments separated by dots');
}

function validateClientConfig(
  { url, service }: admissionregistrationv1.WebhookClientConfig,
  path: string,
  to: ErrorList,
): void {
  if ((url === undefined) === (service === undefined))
    return to.required(path, 'exactly one of url or service is required');
  if (url !== undefined) validateWebhookUrl(url, child(path, 'url'), to);
  else if (service) validateWebhookService(service, child(path, 'service'), to);
}
