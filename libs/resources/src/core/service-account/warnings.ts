import type { corev1 } from '@skiff/contracts';

const mountable = 'kubernetes.io/enforce-mountable-secrets';

/** Whoever kept the annotation has been told. */
export function warningsForServiceAccount({ metadata }: corev1.ServiceAccount, old?: corev1.ServiceAccount): string[] {
  return metadata?.annotations?.[mountable] === undefined || old?.metadata?.annotations?.[mountable] !== undefined
    ? []
    : [
        `metadata.annotations[${mountable}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
      ];
}
