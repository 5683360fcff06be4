import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { nodev1 } from '@skiff/contracts';

export const runtimeClassTable: Table<nodev1.RuntimeClass> = {
  columns: [nameColumn, column('Handler', 'How nodes call it.'), ageColumn],
  cells: (runtime, now) => [nameOf(runtime), runtime.handler ?? '', ageOf(runtime, now)],
};
