import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

export const serviceAccountTable: Table<corev1.ServiceAccount> = {
  columns: [nameColumn, column('Secrets', 'How many secrets it lists.'), ageColumn],
  cells: (account, now) => [nameOf(account), account.secrets?.length ?? 0, ageOf(account, now)],
};
