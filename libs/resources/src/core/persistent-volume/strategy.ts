import type { Strategy } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

export const persistentVolumeStrategy: Strategy<corev1.PersistentVolume> = {
  prepareForCreate(volume, { now }) {
    volume.status = { phase: 'Pending', lastPhaseTransitionTime: now };
  },
  /** Whoever moves the phase need not tell when. */
  prepareForUpdate(volume, old, subresource, { now }) {
    if (subresource !== 'status' || !volume.status || volume.status.phase === old.status?.phase) return;
    if (volume.status.lastPhaseTransitionTime === old.status?.lastPhaseTransitionTime)
      volume.status.lastPhaseTransitionTime = now;
  },
};
