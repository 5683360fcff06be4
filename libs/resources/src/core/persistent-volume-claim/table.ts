import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { classesOf, modesOf, phaseOf, volumeColumns } from '../volume-columns';

export const persistentVolumeClaimTable: Table<corev1.PersistentVolumeClaim> = {
  columns: [
    nameColumn,
    volumeColumns.status,
    column('Volume', 'The volume that it has.'),
    volumeColumns.capacity,
    volumeColumns.accessModes,
    volumeColumns.storageClass,
    volumeColumns.attributesClass,
    ageColumn,
    volumeColumns.volumeMode,
  ],
  cells: (claim, now) => {
    const { spec } = claim;
    const bound = spec?.volumeName ? claim.status : undefined;
    return [
      nameOf(claim),
      phaseOf(claim),
      spec?.volumeName ?? '',
      bound?.capacity?.['storage'] ?? '',
      modesOf(bound?.accessModes),
      ...classesOf(claim),
      ageOf(claim, now),
      spec?.volumeMode ?? '<unset>',
    ];
  },
};
