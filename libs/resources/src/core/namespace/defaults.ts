import type { corev1 } from '@skiff/contracts';

export function defaultNamespace(namespace: corev1.Namespace): void {
  namespace.status ??= {};
  namespace.status.phase ??= 'Active';
  const metadata = (namespace.metadata ??= {});
  if (metadata.name) metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
}
