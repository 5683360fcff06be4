import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { networkingv1 } from '@skiff/contracts';

export const serviceCIDRTable: Table<networkingv1.ServiceCIDR> = {
  columns: [nameColumn, column('CIDRs', 'Its ranges of addresses.'), ageColumn],
  cells: (range, now) => [nameOf(range), (range.spec?.cidrs ?? []).join(','), ageOf(range, now)],
};
