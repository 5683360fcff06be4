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

export const persistentVolumeClaimTable: Table<corev1.PersistentVolumeClaim> = {
  columns: [
    nameColumn,
    status,
    column('Volume', 'The volume that it has.'),
    capacity,
    accessModes,
    storageClass,
    attributesClass,
    ageColumn,
    volumeMode,
  ],
  cells: (claim, now) => {
    const { metadata, spec } = claim;
    const bound = spec?.volumeName ? claim.status : undefined;
    return [
      nameOf(claim),
      phaseOf(claim),
      spec?.volumeName ?? '',
      bound?.capacity?.['storage'] ?? '',
      modesOf(bound?.accessModes),
      metadata?.annotations?.[betaClass] ?? spec?.storageClassName ?? '',
      spec?.volumeAttributesClassName ?? '<unset>',
      ageOf(claim, now),
      spec?.volumeMode ?? '<unset>',
    ];
  },
};
