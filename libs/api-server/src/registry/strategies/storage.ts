import { Kinds } from '@skiff/contracts';
import { strategyFor } from './strategy';

export const volumeStrategy = strategyFor(Kinds.PersistentVolume, {
  prepareCreate(volume, { now }) {
    volume.status = { phase: 'Pending', lastPhaseTransitionTime: now };
  },
  /** Whoever moves the phase need not tell when. */
  prepareUpdate(volume, old, subresource, { now }) {
    if (subresource !== 'status' || !volume.status || volume.status.phase === old.status?.phase) return;
    if (volume.status.lastPhaseTransitionTime === old.status?.lastPhaseTransitionTime)
      volume.status.lastPhaseTransitionTime = now;
  },
});
