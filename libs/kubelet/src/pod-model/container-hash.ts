import { createHash } from 'node:crypto';
import type { corev1 } from '@skiff/contracts';

/** Identifies what of a container cannot change without a restart: its name and image. */
export function containerHash(container: corev1.Container): string {
  return createHash('sha256')
    .update(JSON.stringify([container.name ?? '', container.image ?? '']))
    .digest('hex')
    .slice(0, 8);
}
