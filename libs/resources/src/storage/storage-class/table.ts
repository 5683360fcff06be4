import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { storagev1 } from '@skiff/contracts';

const isDefault = ({ metadata }: storagev1.StorageClass): boolean =>
  ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'].some(
    (key) => metadata?.annotations?.[key] === 'true',
  );

export const storageClassTable: Table<storagev1.StorageClass> = {
  columns: [
    nameColumn,
    column('Provisioner', 'Who makes its volumes.'),
    column('ReclaimPolicy', 'What becomes of a volume without its claim.'),
    column('VolumeBindingMode', 'When a claim gets its volume.'),
    column('AllowVolumeExpansion', 'Whether volumes may grow.'),
    ageColumn,
  ],
  cells: (value, now) => [
    `${nameOf(value)}${isDefault(value) ? ' (default)' : ''}`,
    value.provisioner ?? '',
    value.reclaimPolicy ?? 'Delete',
    value.volumeBindingMode ?? 'Immediate',
    value.allowVolumeExpansion ?? false,
    ageOf(value, now),
  ],
};
