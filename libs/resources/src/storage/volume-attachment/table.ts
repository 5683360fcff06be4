import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { storagev1 } from '@skiff/contracts';

export const volumeAttachmentTable: Table<storagev1.VolumeAttachment> = {
  columns: [
    nameColumn,
    { ...column('Attacher', 'Who attaches it.'), format: 'name' },
    column('PV', 'The volume.'),
    column('Node', 'Where it is attached.'),
    column('Attached', 'Whether it is attached.', { type: 'boolean' }),
    ageColumn,
  ],
  cells: (attachment, now) => [
    nameOf(attachment),
    attachment.spec?.attacher ?? '',
    attachment.spec?.source?.persistentVolumeName ?? '',
    attachment.spec?.nodeName ?? '',
    attachment.status?.attached ?? false,
    ageOf(attachment, now),
  ],
};
