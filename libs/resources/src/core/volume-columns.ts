import { column } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

const betaClass = 'volume.beta.kubernetes.io/storage-class';

const shortModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** In upstream's order, each once. */
export const modesOf = (modes: readonly string[] | null | undefined): string =>
  Object.entries(shortModes)
    .filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');

export const phaseOf = (object: corev1.PersistentVolume | corev1.PersistentVolumeClaim): string =>
  object.metadata?.deletionTimestamp ? 'Terminating' : (object.status?.phase ?? '');

/** The columns that claims and volumes have, each at a place of its own. */
export const volumeColumns = {
  status: column('Status', 'Whether it is in use.'),
  capacity: column('Capacity', 'How large it is.'),
  accessModes: column('Access Modes', 'Who may mount it at the same time.'),
  storageClass: column('StorageClass', 'Its class.'),
  attributesClass: column('VolumeAttributesClass', 'The class of what may change of it.'),
  volumeMode: column('VolumeMode', 'Whether it is a file system or a device.', { wide: true }),
};

/** Its class, and the class of what may change of it. */
export const classesOf = ({ metadata, spec }: corev1.PersistentVolume | corev1.PersistentVolumeClaim): string[] => [
  metadata?.annotations?.[betaClass] ?? spec?.storageClassName ?? '',
  spec?.volumeAttributesClassName ?? '<unset>',
];
