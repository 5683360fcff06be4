import type { corev1 } from '@skiff/contracts';

export function defaultPersistentVolumeClaim(claim: corev1.PersistentVolumeClaim): void {
  claim.status ??= {};
  claim.status.phase ??= 'Pending';
  if (claim.spec) claim.spec.volumeMode ??= 'Filesystem';
}
