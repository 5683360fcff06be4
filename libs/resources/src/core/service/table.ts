import { ageColumn, ageOf, column, nameColumn, nameOf, pairs, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

export const serviceTable: Table<corev1.Service> = {
  columns: [
    nameColumn,
    column('Type', 'How it is reached.'),
    column('Cluster-IP', 'Its address within the cluster.'),
    column('External-IP', 'Its address from outside.'),
    column('Port(s)', 'Its ports.'),
    ageColumn,
    column('Selector', 'Which pods serve it.', { wide: true }),
  ],
  cells: (service, now) => {
    const { spec, status } = service;
    const balancer = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname);
    const outside =
      spec?.type === 'ExternalName'
        ? (spec.externalName ?? '')
        : [...balancer, ...(spec?.externalIPs ?? [])].join(',') ||
          (spec?.type === 'LoadBalancer' ? '<pending>' : '<none>');
    const ports = (spec?.ports ?? [])
      .map((port) => `${port.port}${port.nodePort ? `:${port.nodePort}` : ''}/${port.protocol}`)
      .join(',');
    return [
      nameOf(service),
      spec?.type ?? '',
      spec?.clusterIP || '<none>',
      outside,
      ports || '<none>',
      ageOf(service, now),
      pairs(spec?.selector),
    ];
  },
};
