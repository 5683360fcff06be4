import type { corev1 } from '@skiff/contracts';

export function defaultSecret(secret: corev1.Secret): void {
  secret.type ??= 'Opaque';
}
