import type { corev1, storagev1 } from '@skiff/contracts';
import { ageColumn, ageOf, column, nameColumn, nameOf } from '@skiff/apimachinery';
import { printer, type Printer } from './columns';

const betaClass = 'volume.beta.kubernetes.io/storage-class';
const shortModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** In upstream's order, each once. */
const modesOf = (modes: readonly string[] | null | undefined): string =>
  Object.entries(shortModes)
    .filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');

const phaseOf = (object: corev1.PersistentVolume | corev1.PersistentVolumeClaim): string =>
  object.metadata?.deletionTimestamp ? 'Terminating' : (object.status?.phase ?? '');

const isDefault = ({ metadata }: storagev1.StorageClass): boolean =>
  ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'].some(
    (key) => metadata?.annotations?.[key] === 'true',
  );

const [capacity, accessModes, storageClass, attributesClass] = [
  column('Capacity', 'How large it is.'),
  column('Access Modes', 'Who may mount it at the same time.'),
  column('StorageClass', 'Its class.'),
  column('VolumeAttributesClass', 'The class of what may change of it.'),
];
const status = column('Status', 'Whether it is in use.');
const volumeMode = column('VolumeMode', 'Whether it is a file system or a device.', { wide: true });

export const storagePrinters: readonly Printer[] = [
  printer<corev1.PersistentVolumeClaim>(
    '/persistentvolumeclaims',
    [
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
    (claim, now) => {
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
  ),
  printer<corev1.PersistentVolume>(
    '/persistentvolumes',
    [
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
    (volume, now) => {
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
  ),
  printer<storagev1.StorageClass>(
    'storage.k8s.io/storageclasses',
    [
      nameColumn,
      column('Provisioner', 'Who makes its volumes.'),
      column('ReclaimPolicy', 'What becomes of a volume without its claim.'),
      column('VolumeBindingMode', 'When a claim gets its volume.'),
      column('AllowVolumeExpansion', 'Whether volumes may grow.'),
      ageColumn,
    ],
    (value, now) => [
      `${nameOf(value)}${isDefault(value) ? ' (default)' : ''}`,
      value.provisioner ?? '',
      value.reclaimPolicy ?? 'Delete',
      value.volumeBindingMode ?? 'Immediate',
      value.allowVolumeExpansion ?? false,
      ageOf(value, now),
    ],
  ),
  printer<storagev1.VolumeAttachment>(
    'storage.k8s.io/volumeattachments',
    [
      nameColumn,
      { ...column('Attacher', 'Who attaches it.'), format: 'name' },
      column('PV', 'The volume.'),
      column('Node', 'Where it is attached.'),
      column('Attached', 'Whether it is attached.', { type: 'boolean' }),
      ageColumn,
    ],
    (attachment, now) => [
      nameOf(attachment),
      attachment.spec?.attacher ?? '',
      attachment.spec?.source?.persistentVolumeName ?? '',
      attachment.spec?.nodeName ?? '',
      attachment.status?.attached ?? false,
      ageOf(attachment, now),
    ],
  ),
  printer<storagev1.CSIDriver>(
    'storage.k8s.io/csidrivers',
    [
      nameColumn,
      column('AttachRequired', 'Whether volumes are attached first.', { type: 'boolean' }),
      column('PodInfoOnMount', 'Whether it is told which pod mounts.', { type: 'boolean' }),
      column('StorageCapacity', 'Whether it tells how much room there is.', { type: 'boolean' }),
      column('TokenRequests', 'Audiences of the tokens it is given.'),
      column('RequiresRepublish', 'Whether it is called again and again.', { type: 'boolean' }),
      column('Modes', 'How its volumes are used.'),
      ageColumn,
    ],
    (driver, now) => {
      const { spec } = driver;
      const audiences = (spec?.tokenRequests ?? []).map(({ audience }) => audience ?? '');
      return [
        nameOf(driver),
        spec?.attachRequired ?? true,
        spec?.podInfoOnMount ?? false,
        spec?.storageCapacity ?? false,
        audiences.length > 0 ? audiences.join(',') : '<unset>',
        spec?.requiresRepublish ?? false,
        (spec?.volumeLifecycleModes ?? []).join(',') || '<none>',
        ageOf(driver, now),
      ];
    },
  ),
  printer<storagev1.CSINode>(
    'storage.k8s.io/csinodes',
    [nameColumn, column('Drivers', 'How many drivers it has.', { type: 'integer' }), ageColumn],
    (node, now) => [nameOf(node), node.spec?.drivers?.length ?? 0, ageOf(node, now)],
  ),
];
