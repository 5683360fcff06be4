import { column } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

export const betaClass = 'volume.beta.kubernetes.io/storage-class';

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

export const [capacity, accessModes, storageClass, attributesClass] = [
  column('Capacity', 'How large it is.'),
  column('Access Modes', 'Who may mount it at the same time.'),
  column('StorageClass', 'Its class.'),
  column('VolumeAttributesClass', 'The class of what may change of it.'),
];

export const status = column('Status', 'Whether it is in use.');

export const volumeMode = column('VolumeMode', 'Whether it is a file system or a device.', { wide: true });
