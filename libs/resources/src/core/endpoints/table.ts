import { ageColumn, ageOf, column, firstOf, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

export const endpointsTable: Table<corev1.Endpoints> = {
  columns: [nameColumn, column('Endpoints', 'Addresses and ports.'), ageColumn],
  cells: (endpoints, now) => {
    const all = (endpoints.subsets ?? []).flatMap(({ addresses, ports }) =>
      ports?.length
        ? ports.flatMap((port) => (addresses ?? []).map(({ ip }) => `${ip}:${port.port}`))
        : (addresses ?? []).map(({ ip }) => ip ?? ''),
    );
    return [nameOf(endpoints), firstOf(all), ageOf(endpoints, now)];
  },
};
