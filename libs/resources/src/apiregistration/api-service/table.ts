import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { apiregistrationv1 } from '@skiff/contracts';

export const apiServiceTable: Table<apiregistrationv1.APIService> = {
  columns: [
    nameColumn,
    column('Service', 'The reference to the service that hosts this API endpoint.'),
    column('Available', 'Whether this service is available.'),
    ageColumn,
  ],
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
