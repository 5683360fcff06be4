import type { corev1 } from '@skiff/contracts';

/** A pod with one container, in namespace default. */
export function pod(name: string): corev1.Pod {
  const spec = { containers: [{ name: 'main', image: 'busybox' }] };
  return { kind: 'Pod', apiVersion: 'v1', metadata: { name, namespace: 'default' }, spec };
}

/** A ConfigMap in namespace default. */
export function configMap(name: string, data: Record<string, string> = {}): corev1.ConfigMap {
  return { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name, namespace: 'default' }, data };
}
