import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { coordinationv1 } from '@skiff/contracts';

export const leaseTable: Table<coordinationv1.Lease> = {
  columns: [nameColumn, column('Holder', 'Who holds it.'), ageColumn],
  cells: (lease, now) => [nameOf(lease), lease.spec?.holderIdentity ?? '', ageOf(lease, now)],
};
