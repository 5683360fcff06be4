import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { storagev1 } from '@skiff/contracts';

export const csiNodeTable: Table<storagev1.CSINode> = {
  columns: [nameColumn, column('Drivers', 'How many drivers it has.', { type: 'integer' }), ageColumn],
  cells: (node, now) => [nameOf(node), node.spec?.drivers?.length ?? 0, ageOf(node, now)],
};
