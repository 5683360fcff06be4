import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { apiregistrationv1 } from '@skiff/contracts';

export const apiServiceTable: Table<apiregistrationv1.APIService> = {
  columns: [nameColumn, column('Service', 'Who serves it.'), column('Available', 'Whether it is served.'), ageColumn],
  cells: (service, now) => {
    const { spec, status } = service;
    const available = status?.conditions?.find(({ type }) => type === 'Available');
    const state = available?.status ?? 'Unknown';
    return [
      nameOf(service),
      spec?.service ? `${spec.service.namespace ?? ''}/${spec.service.name ?? ''}` : 'Local',
      state === 'True' || !available?.reason ? state : `${state} (${available.reason})`,
      ageOf(service, now),
    ];
  },
};
