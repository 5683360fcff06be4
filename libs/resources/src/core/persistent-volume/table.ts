import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { classesOf, modesOf, phaseOf, volumeColumns } from '../volume-columns';

export const persistentVolumeTable: Table<corev1.PersistentVolume> = {
  columns: [
    nameColumn,
    volumeColumns.capacity,
    volumeColumns.accessModes,
    column('Reclaim Policy', 'What becomes of it without its claim.'),
    volumeColumns.status,
    column('Claim', 'The claim that has it.'),
    volumeColumns.storageClass,
    volumeColumns.attributesClass,
    column('Reason', 'Why it is as it is.'),
    ageColumn,
    volumeColumns.volumeMode,
  ],
  cells: (volume, now) => {
    const { spec } = volume;
    const claim = spec?.claimRef;
    return [
      nameOf(volume),
      spec?.capacity?.['storage'] ?? '',
      modesOf(spec?.accessModes),
      spec?.persistentVolumeReclaimPolicy ?? '',
      phaseOf(volume),
      claim ? `${claim.namespace ?? ''}/${claim.name ?? ''}` : '',
      ...classesOf(volume),
      volume.status?.reason ?? '',
      ageOf(volume, now),
      spec?.volumeMode ?? '<unset>',
    ];
  },
};
