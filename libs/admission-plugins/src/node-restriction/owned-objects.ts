import { parseCertificateRequest } from '@skiff/resources';
import type { certificatesv1, resourcev1 } from '@skiff/contracts';
import { refused } from '@skiff/api-server/admission';
import { nameOf, type NodeWrite } from './node-write';

/** A node renews the lease that has its name. */
export function checkLease(write: NodeWrite): void {
  if (write.request.namespace !== 'kube-node-lease')
    throw refused(write.request, 'can only access leases in the "kube-node-lease" system namespace');
  checkName(write, 'node lease');
}

/** A node says of itself which CSI drivers it has. */
export function checkCsiNode(write: NodeWrite): void {
  checkName(write, 'CSINode');
}

function checkName({ request, node }: NodeWrite, what: string): void {
  if (nameOf(request) !== node)
    throw refused(request, `can only access ${what} with the same name as the requesting node`);
}

/** A node publishes and takes back devices of its own; updates are the authorizer's to judge. */
export function checkResourceSlice({ request, node }: NodeWrite): void {
  if (request.operation === 'UPDATE') return;
  const isNew = request.operation === 'CREATE';
  const slice = (isNew ? request.object : request.oldObject) as resourcev1.ResourceSlice | undefined;
  if (slice?.spec?.nodeName !== node)
    throw refused(
      request,
      `can only ${isNew ? 'create' : 'delete'} ResourceSlice with the same NodeName as the requesting node`,
    );
}

const kubeletSigners: readonly string[] = [
  'kubernetes.io/kubelet-serving',
  'kubernetes.io/kube-apiserver-client-kubelet',
];

/** A node asks for certificates of a kubelet in its own name alone. */
export function checkCertificateRequest({ request, node }: NodeWrite): void {
  if (request.operation !== 'CREATE') return;
  const { spec } = request.object as certificatesv1.CertificateSigningRequest;
  if (!kubeletSigners.includes(spec?.signerName ?? '')) return;
  const wanted = `system:node:${node}`;
  if (commonName({ request, node }, spec?.request ?? '') !== wanted)
    throw refused(request, `can only create a node CSR with CN=${wanted}`);
}

function commonName({ request }: NodeWrite, pem: string): string {
  try {
    return parseCertificateRequest(pem).commonName;
  } catch (error) {
    throw refused(request, `unable to parse csr: ${error instanceof Error ? error.message : String(error)}`);
  }
}
