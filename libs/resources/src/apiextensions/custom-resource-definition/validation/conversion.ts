import { child, dns1035Label, portNumber, type ErrorList } from '@skiff/apimachinery';
import type { apiextensionsv1 } from '@skiff/contracts';

type Conversion = apiextensionsv1.CustomResourceConversion;

/** The versions of ConversionReview that this server speaks. */
const reviewVersions = ['v1', 'v1beta1'];

export function validateConversion(conversion: Conversion | undefined, path: string, to: ErrorList): void {
  const { strategy = '', webhook } = conversion ?? {};
  if (strategy === '') to.required(child(path, 'strategy'));
  else if (!['None', 'Webhook'].includes(strategy))
    to.notSupported(child(path, 'strategy'), strategy, ['None', 'Webhook']);
  const at = child(path, 'webhookClientConfig');
  const atVersions = child(path, 'conversionReviewVersions');
  if (strategy === 'Webhook') {
    if (webhook?.clientConfig) validateClient(webhook.clientConfig, at, to);
    else to.required(at, 'required when strategy is set to Webhook');
    validateReviewVersions(webhook?.conversionReviewVersions ?? [], atVersions, to);
    return;
  }
  if (webhook?.clientConfig) to.forbidden(at, 'should not be set when strategy is not set to Webhook');
  if (webhook?.conversionReviewVersions?.length)
    to.forbidden(atVersions, 'should not be set when strategy is not set to Webhook');
}

function validateClient({ url, service }: apiextensionsv1.WebhookClientConfig, path: string, to: ErrorList): void {
  if ((url === undefined) === (service === undefined))
    return to.required(path, 'exactly one of url or service is required');
  if (url !== undefined) validateUrl(url, child(path, 'url'), to);
  if (service) validateService(service, child(path, 'service'), to);
}

const form = 'desired format: https://host[/path]';

/** Upstream: ValidateWebhookURL in staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go. */
export function validateUrl(text: string, path: string, to: ErrorList): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return to.required(path, `url must be a valid URL: parse ${JSON.stringify(text)}; ${form}`);
  if (url.protocol !== 'https:')
    to.invalid(path, url.protocol.slice(0, -1), `'https' is the only allowed URL scheme; ${form}`);
  if (url.host === '') to.invalid(path, url.host, `host must be specified; ${form}`);
  const user = [url.username, url.password].filter((part) => part !== '').join(':');
  if (user !== '') to.invalid(path, user, 'user information is not permitted in the URL');
  if (url.hash !== '') to.invalid(path, url.hash.slice(1), 'fragments are not permitted in the URL');
  if (url.search !== '') to.invalid(path, url.search.slice(1), 'query parameters are not permitted in the URL');
}

function validateService(service: apiextensionsv1.ServiceReference, path: string, to: ErrorList): void {
  const { name = '', namespace = '', port = 443, path: target } = service;
  if (name === '') to.required(child(path, 'name'));
  // Upstream names the wrong field.
  if (namespace === '') to.required(child(path, 'name'));
  const problems = portNumber(port);
  if (problems.length > 0) to.invalid(child(path, 'port'), port, `port is not valid: ${problems.join(',')}`);
  if (target !== undefined && target !== '') validatePath(target, child(path, 'path'), to);
}

function validatePath(target: string, path: string, to: ErrorList): void {
  if (target === '/') return;
  if (target === '//') return to.invalid(path, target, 'segment[0] may not be empty');
  if (!target.startsWith('/')) to.invalid(path, target, "must start with a '/'");
  const steps = (target.startsWith('/') ? target.slice(1) : target).replace(/\/$/, '').split('/');
  for (const [index, step] of steps.entries())
    if (step === '') to.invalid(path, target, `segment[${index}] may not be empty`);
}

function validateReviewVersions(versions: readonly string[], path: string, to: ErrorList): void {
  if (versions.length < 1) return to.required(path);
  const seen = new Set<string>();
  for (const [index, version] of versions.entries()) {
    if (seen.has(version)) {
      to.invalid(`${path}[${index}]`, version, 'duplicate version');
      continue;
    }
    seen.add(version);
    to.all(`${path}[${index}]`, version, dns1035Label(version));
  }
  if (!versions.some((version) => reviewVersions.includes(version)))
    to.invalid(path, versions, `must include at least one of ${reviewVersions.join(', ')}`);
}
