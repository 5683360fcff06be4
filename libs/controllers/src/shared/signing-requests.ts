import type { certificatesv1 } from '@skiff/contracts';
import type { SigningRequest } from '@skiff/pki';
import { loadPki } from './load-pki';

type Request = certificatesv1.CertificateSigningRequest;
type Condition = certificatesv1.CertificateSigningRequestCondition;

/** The signers of the cluster itself. */
export const signers = {
  kubeletServing: 'kubernetes.io/kubelet-serving',
  kubeletClient: 'kubernetes.io/kube-apiserver-client-kubelet',
  client: 'kubernetes.io/kube-apiserver-client',
  legacyUnknown: 'kubernetes.io/legacy-unknown',
} as const;

/** The condition of a type. One without a status counts as true: it is older than statuses are. */
export function conditionOf({ status }: Request, type: 'Approved' | 'Denied' | 'Failed'): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

export function isApproved(request: Request): boolean {
  return conditionOf(request, 'Approved') !== undefined && conditionOf(request, 'Denied') === undefined;
}

/** Reads what a request carries. Throws for what is none. */
export async function readRequest({ spec }: Request): Promise<SigningRequest> {
  const { readSigningRequest } = await loadPki();
  return readSigningRequest(Buffer.from(spec?.request ?? '', 'base64').toString());
}

function sameSet(usages: readonly string[], wanted: readonly string[]): boolean {
  return new Set(usages).size === wanted.length && wanted.every((usage) => usages.includes(usage));
}

function usageProblem(usages: readonly string[], purpose: 'client auth' | 'server auth'): string | undefined {
  const wanted = ['digital signature', 'key encipherment', purpose];
  if (sameSet(usages, wanted) || sameSet(usages, ['digital signature', purpose])) return undefined;
  return `usages did not match [${[...wanted].sort().join(' ')}]`;
}

const notNodes = 'subject organization is not system:nodes';
const notNode = 'subject common name does not begin with system:node:';
const isOfNodes = ({ organizations }: SigningRequest): boolean =>
  organizations.length === 1 && organizations[0] === 'system:nodes';
const isNode = ({ commonName }: SigningRequest): boolean => commonName.startsWith('system:node:');

/** Why a request is none for the certificate with which a kubelet serves. Upstream: pkg/apis/certificates/helpers.go. */
export function kubeletServingProblem(request: SigningRequest, usages: readonly string[]): string | undefined {
  if (!isOfNodes(request)) return notNodes;
  if (request.dnsNames.length === 0 && request.ipAddresses.length === 0) return 'DNS or IP subjectAltName is required';
  if (request.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
  if (request.uris.length > 0) return 'URI subjectAltNames are not allowed';
  return usageProblem(usages, 'server auth') ?? (isNode(request) ? undefined : notNode);
}

/** Why a request is none for the certificate with which a kubelet calls the API server. */
export function kubeletClientProblem(request: SigningRequest, usages: readonly string[]): string | undefined {
  if (!isOfNodes(request)) return notNodes;
  if (request.dnsNames.length > 0) return 'DNS subjectAltNames are not allowed';
  if (request.emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
  if (request.ipAddresses.length > 0) return 'IP subjectAltNames are not allowed';
  if (request.uris.length > 0) return 'URI subjectAltNames are not allowed';
  return isNode(request) ? usageProblem(usages, 'client auth') : notNode;
}

/** Why usages are not those of a client of the API server. */
export function clientUsageProblem(usages: readonly string[]): string | undefined {
  const optional = ['digital signature', 'key encipherment'];
  const strange = usages.find((usage) => usage !== 'client auth' && !optional.includes(usage));
  if (strange !== undefined) return `invalid usage for client certificate: ${strange}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}
