import type { corev1, discoveryv1 } from '@skiff/contracts';
import type { Indexers, Informer } from '@skiff/client-runtime';

/** What the zone needs to know of the cluster. */
export interface Directory {
  service(namespace: string, name: string): corev1.Service | undefined;
  hasNamespace(namespace: string): boolean;
  slices(namespace: string, service: string): readonly discoveryv1.EndpointSlice[];
  serviceByIP(address: string): corev1.Service | undefined;
  slicesByIP(address: string): readonly discoveryv1.EndpointSlice[];
}

const serviceNameLabel = 'kubernetes.io/service-name';

/** The name of the Service that an EndpointSlice belongs to. */
export function serviceOf(slice: discoveryv1.EndpointSlice): string {
  return slice.metadata?.labels?.[serviceNameLabel] ?? '';
}

/** Indexers that the informers of a directory need. */
export const serviceIndexers: Indexers<corev1.Service> = {
  ip: ({ spec }) => [...new Set([spec?.clusterIP ?? '', ...(spec?.clusterIPs ?? [])])].filter((ip) => /[.:]/.test(ip)),
};

export const sliceIndexers: Indexers<discoveryv1.EndpointSlice> = {
  service: (slice) => [`${slice.metadata?.namespace}/${serviceOf(slice)}`],
  address: (slice) => (slice.endpoints ?? []).flatMap((endpoint) => endpoint.addresses ?? []),
};

type Indexed<T extends object> = Pick<Informer<T>, 'get' | 'byIndex'>;

/** The directory that informers keep up to date. */
export class InformerDirectory implements Directory {
  constructor(
    private readonly services: Indexed<corev1.Service>,
    private readonly endpointSlices: Indexed<discoveryv1.EndpointSlice>,
    private readonly namespaces: Indexed<corev1.Namespace>,
  ) {}

  service(namespace: string, name: string): corev1.Service | undefined {
    return this.services.get(`${namespace}/${name}`);
  }

  hasNamespace(namespace: string): boolean {
    return this.namespaces.get(namespace) !== undefined;
  }

  slices(namespace: string, service: string): readonly discoveryv1.EndpointSlice[] {
    return this.endpointSlices.byIndex('service', `${namespace}/${service}`);
  }

  serviceByIP(address: string): corev1.Service | undefined {
    return this.services.byIndex('ip', address)[0];
  }

  slicesByIP(address: string): readonly discoveryv1.EndpointSlice[] {
    return this.endpointSlices.byIndex('address', address);
  }
}
