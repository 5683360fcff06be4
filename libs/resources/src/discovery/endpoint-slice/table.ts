import { ageColumn, ageOf, column, firstOf, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { discoveryv1 } from '@skiff/contracts';

export const endpointSliceTable: Table<discoveryv1.EndpointSlice> = {
  columns: [
    nameColumn,
    column('AddressType', 'What its addresses are.'),
    column('Ports', 'Its ports.'),
    column('Endpoints', 'Its addresses.'),
    ageColumn,
  ],
  cells: (slice, now) => [
    nameOf(slice),
    slice.addressType ?? '',
    (slice.ports ?? []).map(({ port }) => port ?? '*').join(',') || '<unset>',
    firstOf((slice.endpoints ?? []).flatMap(({ addresses }) => addresses ?? [])).replace('<none>', '<unset>'),
    ageOf(slice, now),
  ],
};
