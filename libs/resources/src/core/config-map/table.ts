import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

export const configMapTable: Table<corev1.ConfigMap> = {
  columns: [nameColumn, column('Data', 'How many entries it has.'), ageColumn],
  cells: (map, now) => [
    nameOf(map),
    Object.keys(map.data ?? {}).length + Object.keys(map.binaryData ?? {}).length,
    ageOf(map, now),
  ],
};
