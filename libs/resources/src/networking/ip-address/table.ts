import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { networkingv1 } from '@skiff/contracts';

export const ipAddressTable: Table<networkingv1.IPAddress> = {
  columns: [nameColumn, column('ParentRef', 'Who has it.'), ageColumn],
  cells: (address, now) => {
    const { group, resource, namespace, name } = address.spec?.parentRef ?? {};
    const parent = [group ? `${resource}.${group}` : resource, namespace, name].filter(Boolean).join('/');
    return [nameOf(address), parent, ageOf(address, now)];
  },
};
