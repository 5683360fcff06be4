import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

export const namespaceTable: Table<corev1.Namespace> = {
  columns: [nameColumn, column('Status', 'Whether it is in use or going.'), ageColumn],
  cells: (namespace, now) => [nameOf(namespace), namespace.status?.phase ?? '', ageOf(namespace, now)],
};
