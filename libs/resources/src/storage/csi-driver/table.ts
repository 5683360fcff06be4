import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { storagev1 } from '@skiff/contracts';

export const csiDriverTable: Table<storagev1.CSIDriver> = {
  columns: [
    nameColumn,
    column('AttachRequired', 'Whether volumes are attached first.', { type: 'boolean' }),
    column('PodInfoOnMount', 'Whether it is told which pod mounts.', { type: 'boolean' }),
    column('StorageCapacity', 'Whether it tells how much room there is.', { type: 'boolean' }),
    column('TokenRequests', 'Audiences of the tokens it is given.'),
    column('RequiresRepublish', 'Whether it is called again and again.', { type: 'boolean' }),
    column('Modes', 'How its volumes are used.'),
    ageColumn,
  ],
  cells: (driver, now) => {
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
};
