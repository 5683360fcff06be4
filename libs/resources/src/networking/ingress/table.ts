import { ageColumn, ageOf, column, firstOf, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { networkingv1 } from '@skiff/contracts';

export const ingressTable: Table<networkingv1.Ingress> = {
  columns: [
    nameColumn,
    column('Class', 'Who serves it.'),
    column('Hosts', 'Names that it answers to.'),
    column('Address', 'Where it is reached.'),
    column('Ports', 'Its ports.'),
    ageColumn,
  ],
  cells: (ingress, now) => {
    const { spec, status } = ingress;
    const hosts = (spec?.rules ?? []).map(({ host }) => host ?? '').filter((host) => host !== '');
    const addresses = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
    return [
      nameOf(ingress),
      spec?.ingressClassName ?? '<none>',
      hosts.length === 0 ? '*' : firstOf(hosts),
      addresses.filter((address) => address !== '').join(','),
      spec?.tls?.length ? '80, 443' : '80',
      ageOf(ingress, now),
    ];
  },
};
