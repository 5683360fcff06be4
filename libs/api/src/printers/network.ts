import type { corev1, discoveryv1, networkingv1 } from '@skiff/contracts';
import { formatLabelSelector, ageColumn, ageOf, column, firstOf, nameColumn, nameOf, pairs } from '@skiff/apimachinery';
import { printer, type Printer } from './columns';

export const networkPrinters: readonly Printer[] = [
  printer<corev1.Service>(
    '/services',
    [
      nameColumn,
      column('Type', 'How it is reached.'),
      column('Cluster-IP', 'Its address within the cluster.'),
      column('External-IP', 'Its address from outside.'),
      column('Port(s)', 'Its ports.'),
      ageColumn,
      column('Selector', 'Which pods serve it.', { wide: true }),
    ],
    (service, now) => {
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
  ),
  printer<corev1.Endpoints>(
    '/endpoints',
    [nameColumn, column('Endpoints', 'Addresses and ports.'), ageColumn],
    (endpoints, now) => {
      const all = (endpoints.subsets ?? []).flatMap(({ addresses, ports }) =>
        ports?.length
          ? ports.flatMap((port) => (addresses ?? []).map(({ ip }) => `${ip}:${port.port}`))
          : (addresses ?? []).map(({ ip }) => ip ?? ''),
      );
      return [nameOf(endpoints), firstOf(all), ageOf(endpoints, now)];
    },
  ),
  printer<discoveryv1.EndpointSlice>(
    'discovery.k8s.io/endpointslices',
    [
      nameColumn,
      column('AddressType', 'What its addresses are.'),
      column('Ports', 'Its ports.'),
      column('Endpoints', 'Its addresses.'),
      ageColumn,
    ],
    (slice, now) => [
      nameOf(slice),
      slice.addressType ?? '',
      (slice.ports ?? []).map(({ port }) => port ?? '*').join(',') || '<unset>',
      firstOf((slice.endpoints ?? []).flatMap(({ addresses }) => addresses ?? [])).replace('<none>', '<unset>'),
      ageOf(slice, now),
    ],
  ),
  printer<networkingv1.Ingress>(
    'networking.k8s.io/ingresses',
    [
      nameColumn,
      column('Class', 'Who serves it.'),
      column('Hosts', 'Names that it answers to.'),
      column('Address', 'Where it is reached.'),
      column('Ports', 'Its ports.'),
      ageColumn,
    ],
    (ingress, now) => {
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
  ),
  printer<networkingv1.IngressClass>(
    'networking.k8s.io/ingressclasses',
    [nameColumn, column('Controller', 'Who serves it.'), column('Parameters', 'Where its settings are.'), ageColumn],
    (ingressClass, now) => {
      const { controller, parameters } = ingressClass.spec ?? {};
      const group = parameters?.apiGroup === undefined ? '' : `.${parameters.apiGroup}`;
      return [
        nameOf(ingressClass),
        controller ?? '',
        parameters ? `${parameters.kind ?? ''}${group}/${parameters.name ?? ''}` : '<none>',
        ageOf(ingressClass, now),
      ];
    },
  ),
  printer<networkingv1.NetworkPolicy>(
    'networking.k8s.io/networkpolicies',
    [nameColumn, column('Pod-Selector', 'Which pods it is for.'), ageColumn],
    (policy, now) => [nameOf(policy), formatLabelSelector(policy.spec?.podSelector), ageOf(policy, now)],
  ),
  printer<networkingv1.ServiceCIDR>(
    'networking.k8s.io/servicecidrs',
    [nameColumn, column('CIDRs', 'Its ranges of addresses.'), ageColumn],
    (range, now) => [nameOf(range), (range.spec?.cidrs ?? []).join(','), ageOf(range, now)],
  ),
  printer<networkingv1.IPAddress>(
    'networking.k8s.io/ipaddresses',
    [nameColumn, column('ParentRef', 'Who has it.'), ageColumn],
    (address, now) => {
      const { group, resource, namespace, name } = address.spec?.parentRef ?? {};
      const parent = [group ? `${resource}.${group}` : resource, namespace, name].filter(Boolean).join('/');
      return [nameOf(address), parent, ageOf(address, now)];
    },
  ),
];
