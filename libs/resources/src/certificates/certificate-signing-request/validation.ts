import {
  also,
  child,
  type Compare,
  dns1123Label,
  dns1123Subdomain,
  type ErrorList,
  type NameRule,
  refuseRepeated,
  same,
  type Validation,
} from '@skiff/apimachinery';
import type { certificatesv1 } from '@skiff/contracts';
import { certificateProblem, parseCertificateRequest } from './certificate-request';

type Request = certificatesv1.CertificateSigningRequest;

const usages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

function validateUsages(given: readonly string[], path: string, to: ErrorList): void {
  if (given.length === 0) to.required(path, 'usages must be provided');
  for (const [index, usage] of given.entries())
    if (!usages.includes(usage)) to.notSupported(`${path}[${index}]`, usage, usages);
  refuseRepeated(given, path, to);
}

/** A domain, a slash, and a name of five labels. */
const longestSigner = 571;

function firstBadLabel(part: string, rule: NameRule, path: string, to: ErrorList): void {
  for (const label of part.split('.')) {
    const found = rule(label);
    for (const message of found) to.invalid(path, part, `validating label ${JSON.stringify(label)}: ${message}`);
    if (found.length > 0) return;
  }
}

/** `example.com/signer-name`: a domain of two labels at least, and a name. */
export function validateSignerName(name: string, path: string, to: ErrorList): void {
  if (name === '') to.required(path);
  const [domain = '', signer = '', ...more] = name.split('/');
  if (!name.includes('/') || more.length > 0) {
    to.invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
    return;
  }
  if (domain.length > 253) to.tooLong(path, 253);
  firstBadLabel(domain, dns1123Label, path, to);
  if (!domain.includes('.'))
    to.invalid(path, domain, 'should be a domain with at least two segments separated by dots');
  firstBadLabel(signer, dns1123Subdomain, path, to);
  if (name.length > longestSigner) to.tooLong(path, longestSigner);
}

const verdicts = ['Approved', 'Denied', 'Failed'];

function validateConditions({ status }: Request, path: string, to: ErrorList): void {
  const conditions = status?.conditions ?? [];
  const seen = new Set<string>();
  for (const [index, { type = '', status: value = '' }] of conditions.entries()) {
    const at = `${path}[${index}]`;
    if (type === '') to.required(child(at, 'type'));
    if (value === '') to.required(child(at, 'status'));
    else if (verdicts.includes(type) && value !== 'True') to.notSupported(child(at, 'status'), value, ['True']);
    else if (!['True', 'False', 'Unknown'].includes(value))
      to.notSupported(child(at, 'status'), value, ['False', 'True', 'Unknown']);
    const opposite = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined;
    if (opposite && seen.has(opposite))
      to.invalid(child(at, 'type'), type, 'Approved and Denied conditions are mutually exclusive');
    if (seen.has(type)) to.duplicate(child(at, 'type'), type);
    seen.add(type);
  }
}

/** Rules of a certificate signing request; upstream's pkg/apis/certificates/validation. */
export function validateSigningRequest(request: Request, to: ErrorList): void {
  const { spec = {} } = request;
  try {
    parseCertificateRequest(spec.request ?? '');
  } catch (error) {
    to.invalid('spec.request', spec.request ?? null, error instanceof Error ? error.message : String(error));
  }
  validateUsages(spec.usages ?? [], 'spec.usages', to);
  const { signerName = '', expirationSeconds: seconds } = spec;
  if (signerName === 'kubernetes.io/legacy-unknown')
    to.invalid('spec.signerName', signerName, 'the legacy signerName is not allowed via this API version');
  else validateSignerName(signerName, 'spec.signerName', to);
  if (seconds !== undefined && seconds < 600)
    to.invalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 600 seconds (10 minutes)');
  validateConditions(request, 'status.conditions', to);
  const wrong = certificateProblem(request.status?.certificate);
  if (wrong) to.invalid('status.certificate', '<certificate data>', wrong);
}

/** Which subresource may do what: approval gives verdicts, status gives certificates. */
export function validateSigningRequestChange(request: Request, old: Request, subresource: string, to: ErrorList): void {
  const count = (of: Request, type: string): number =>
    (of.status?.conditions ?? []).filter((condition) => condition.type === type).length;
  for (const type of verdicts) {
    const [now, before] = [count(request, type), count(old, type)];
    const mayAdd = type === 'Failed' ? subresource !== '' : subresource === 'approval';
    const quoted = JSON.stringify(type);
    if (now < before) to.forbidden('status.conditions', `updates may not remove a condition of type ${quoted}`);
    else if (now > before && !mayAdd)
      to.forbidden('status.conditions', `updates may not add a condition of type ${quoted}`);
  }
  const [issued, before] = [request.status?.certificate ?? '', old.status?.certificate ?? ''];
  if (same(issued, before)) return;
  if (subresource !== 'status') to.forbidden('status.certificate', 'updates may not set certificate content');
  else if (before !== '') to.forbidden('status.certificate', 'updates may not modify existing certificate content');
}

function changeOfSigningRequest(subresource: string): Compare<certificatesv1.CertificateSigningRequest> {
  return also(validateSigningRequest, (request, old, to) =>
    validateSigningRequestChange(request, old, subresource, to),
  );
}

export const certificateSigningRequestValidation: Validation<certificatesv1.CertificateSigningRequest> = {
  // Upstream does not care what a request is called.
  name: () => [],
  create: validateSigningRequest,
  update: changeOfSigningRequest(''),
  subresources: { status: changeOfSigningRequest('status'), approval: changeOfSigningRequest('approval') },
};
