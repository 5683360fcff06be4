/**
 * Labels of Kubernetes that a kubelet says about its own node.
 *
 * Upstream: staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go
 */
export const kubeletLabels: readonly string[] = [
  'beta.kubernetes.io/arch',
  'beta.kubernetes.io/instance-type',
  'beta.kubernetes.io/os',
  'failure-domain.beta.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'kubernetes.io/arch',
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'node.kubernetes.io/instance-type',
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
];

/** Whatever is in these namespaces, or below them, is a kubelet's to say as well. */
export const kubeletLabelNamespaces: readonly string[] = ['kubelet.kubernetes.io', 'node.kubernetes.io'];

/** Whether a label belongs to Kubernetes and is not one that a kubelet may say about its node. */
export function isReservedNodeLabel(label: string): boolean {
  const isOfKubernetes = ['kubernetes.io', 'k8s.io'].some((parent) => isLabelBelow(label, parent));
  if (!isOfKubernetes || kubeletLabels.includes(label)) return false;
  return !kubeletLabelNamespaces.some((allowed) => isLabelBelow(label, allowed));
}

/** Whether the part of a label before its slash is a domain or one below it. */
export function isLabelBelow(label: string, domain: string): boolean {
  const slash = label.indexOf('/');
  const namespace = slash < 0 ? '' : label.slice(0, slash);
  return namespace === domain || namespace.endsWith(`.${domain}`);
}
