import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import {
  accessModes,
  attributesClass,
  betaClass,
  capacity,
  modesOf,
  phaseOf,
  status,
  storageClass,
  volumeMode,
} from '../volume-columns';

export const persistentVolumeTable: Table<corev1.PersistentVolume> = {
  columns: [
    nameColumn,
    capacity,
    accessModes,
    column('Reclaim Policy', 'What becomes of it without its claim.'),
    status,
    column('Claim', 'The claim that has it.'),
    storageClass,
    attributesClass,
    column('Reason', 'Why it is as it is.'),
    ageColumn,
    volumeMode,
  ],
  cells: (volume, now) => {
    const { metadata, spec } = volume;
    const claim = spec?.claimRef;
    return [
      nameOf(volume),
      spec?.capacity?.['storage'] ?? '',
      modesOf(spec?.accessModes),
      spec?.persistentVolumeReclaimPolicy ?? '',
      phaseOf(volume),
      claim ? `${claim.namespace ?? ''}/${claim.name ?? ''}` : '',
      metadata?.annotations?.[betaClass] ?? spec?.storageClassName ?? '',
      spec?.volumeAttributesClassName ?? '<unset>',
      volume.status?.reason ?? '',
      ageOf(volume, now),
      spec?.volumeMode ?? '<unset>',
    ];
  },
};
