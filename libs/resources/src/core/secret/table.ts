import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

export const secretTable: Table<corev1.Secret> = {
  columns: [
    nameColumn,
    column('Type', 'What kind of secret it is.'),
    column('Data', 'How many entries it has.'),
    ageColumn,
  ],
  cells: (secret, now) => [
    nameOf(secret),
    secret.type ?? '',
    Object.keys(secret.data ?? {}).length,
    ageOf(secret, now),
  ],
};
