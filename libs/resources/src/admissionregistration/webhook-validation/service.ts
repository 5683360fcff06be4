import { child, dns1123Subdomain, portNumber, type ErrorList } from '@skiff/apimachinery';
import type { admissionregistrationv1 } from '@skiff/contracts';

/**
 * Rules of a webhook's Service.
 * Upstream: ValidateWebhookService in staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go.
 */
export function validateWebhookService(
  { namespace, name, path, port = 0 }: admissionregistrationv1.ServiceReference,
  at: string,
  to: ErrorList,
): void {
  if (!name) to.required(child(at, 'name'), 'service name is required');
  if (!namespace) to.required(child(at, 'namespace'), 'service namespace is required');
  const wrongPort = portNumber(port);
  if (wrongPort.length > 0) to.invalid(child(at, 'port'), port, `port is not valid: ${wrongPort.join(', ')}`);
  if (path) validatePath(path, child(at, 'path'), to);
}

function validatePath(path: string, at: string, to: ErrorList): void {
  if (path === '/') return;
  if (path === '//') return to.invalid(at, path, 'segment[0] may not be empty');
  if (!path.startsWith('/')) to.invalid(at, path, "must start with a '/'");
  for (const [index, step] of path.slice(1).replace(/\/$/, '').split('/').entries()) {
    if (step === '') to.invalid(at, path, `segment[${index}] may not be empty`);
    for (const why of step === '' ? [] : dns1123Subdomain(step)) to.invalid(at, path, `segment[${index}]: ${why}`);
  }
}
