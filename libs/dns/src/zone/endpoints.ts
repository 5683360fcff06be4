import type { corev1, discoveryv1 } from '@skiff/contracts';

/** An address of a headless Service, with the ports that it serves. */
export interface HeadlessEndpoint {
  readonly address: string;
  readonly family: 'A' | 'AAAA';
  /** Its own label under the Service: the pod's hostname, else its address with dashes. */
  readonly label: string;
  readonly ports: readonly discoveryv1.EndpointPort[];
}

/** The endpoints that a Service's records show: the ready ones, or all when it publishes those that are not. */
export function publishedEndpoints(
  service: corev1.Service,
  slices: readonly discoveryv1.EndpointSlice[],
): HeadlessEndpoint[] {
  const all = new Map<string, HeadlessEndpoint>();
  for (const slice of slices) {
    if (slice.addressType === 'FQDN') continue;
    for (const endpoint of slice.endpoints ?? []) {
      const isReady = endpoint.conditions?.ready ?? true;
      if (!isReady && service.spec?.publishNotReadyAddresses !== true) continue;
      for (const address of endpoint.addresses ?? []) {
        const known = all.get(address);
        const ports = [...(known?.ports ?? []), ...(slice.ports ?? [])];
        const family = slice.addressType === 'IPv6' ? 'AAAA' : 'A';
        all.set(address, { address, family, label: endpointLabel(endpoint, address), ports });
      }
    }
  }
  return [...all.values()];
}

export function endpointLabel(endpoint: discoveryv1.Endpoint, address: string): string {
  const { hostname } = endpoint;
  return hostname === undefined || hostname === '' ? address.replaceAll(/[.:]/g, '-') : hostname.toLowerCase();
}
