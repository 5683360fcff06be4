import type { corev1, discoveryv1 } from '@skiff/contracts';
import { serviceIndexers, serviceOf, sliceIndexers, type Directory } from '../zone/directory';

/** A directory of given objects. */
export class FixedDirectory implements Directory {
  constructor(
    private readonly services: readonly corev1.Service[],
    private readonly endpointSlices: readonly discoveryv1.EndpointSlice[],
  ) {}

  service(namespace: string, name: string): corev1.Service | undefined {
    return this.services.find(({ metadata }) => metadata?.namespace === namespace && metadata.name === name);
  }

  hasNamespace(namespace: string): boolean {
    return this.services.some(({ metadata }) => metadata?.namespace === namespace);
  }

  slices(namespace: string, service: string): readonly discoveryv1.EndpointSlice[] {
    return this.endpointSlices.filter(
      (slice) => slice.metadata?.namespace === namespace && serviceOf(slice) === service,
    );
  }

  serviceByIP(address: string): corev1.Service | undefined {
    return this.services.find((service) => serviceIndexers['ip']?.(service).includes(address));
  }

  slicesByIP(address: string): readonly discoveryv1.EndpointSlice[] {
    return this.endpointSlices.filter((slice) => sliceIndexers['address']?.(slice).includes(address));
  }
}

function service(name: string, spec: corev1.ServiceSpec): corev1.Service {
  return { metadata: { name, namespace: 'default' }, spec };
}

function slice(
  name: string,
  ports: discoveryv1.EndpointPort[],
  endpoints: discoveryv1.Endpoint[],
): discoveryv1.EndpointSlice {
  return {
    metadata: { name: `${name}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports,
    endpoints,
  };
}

const redisPorts = [{ name: 'redis', port: 6379, protocol: 'TCP' }];
const crowd = Array.from({ length: 100 }, (_, index) => ({ addresses: [`10.244.9.${index}`] }));

/** A cluster with a Service of every sort. */
export const cluster = new FixedDirectory(
  [
    service('web', {
      clusterIP: '10.96.0.20',
      ports: [
        { name: 'http', port: 80, protocol: 'TCP' },
        { name: 'dns', port: 53, protocol: 'UDP' },
      ],
    }),
    service('redis', { clusterIP: 'None', ports: [{ name: 'redis', port: 6379 }] }),
    service('starting', { clusterIP: 'None', ports: [{ name: 'redis', port: 6379 }], publishNotReadyAddresses: true }),
    service('empty', { clusterIP: 'None', ports: [{ name: 'redis', port: 6379 }] }),
    service('crowd', { clusterIP: 'None', ports: [{ name: 'redis', port: 6379 }] }),
    service('outside', { type: 'ExternalName', externalName: 'example.com.' }),
    service('alias', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' }),
  ],
  [
    slice('redis', redisPorts, [
      { addresses: ['10.244.1.5'], hostname: 'redis-0', conditions: { ready: true } },
      { addresses: ['10.244.2.6'] },
      { addresses: ['10.244.2.7'], hostname: 'redis-2', conditions: { ready: false } },
    ]),
    slice('starting', redisPorts, [{ addresses: ['10.244.3.1'], hostname: 'first', conditions: { ready: false } }]),
    slice('crowd', redisPorts, crowd),
    slice('web', [{ name: 'http', port: 8080, protocol: 'TCP' }], [{ addresses: ['10.244.1.9'] }]),
  ],
);
