import type { corev1, discoveryv1 } from '@skiff/contracts';
import { canonicalAddresses, canonicalRanges } from './addresses';
import { compareText, findEndpoints, preferred, usable, type Endpoint, type Place } from './endpoints';

export type Protocol = 'tcp' | 'udp' | 'sctp';

/** A port of a Service with all that decides how its packets are routed. */
export interface ServicePort {
  readonly namespace: string;
  readonly name: string;
  /** Empty when the Service does not name it. */
  readonly portName: string;
  readonly protocol: Protocol;
  readonly clusterIP: string;
  readonly port: number;
  readonly nodePort?: number;
  readonly externalIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
  /** Who may use the load balancer addresses; everybody when empty. */
  readonly loadBalancerSourceRanges: readonly string[];
  readonly internalPolicy: 'Cluster' | 'Local';
  readonly externalPolicy: 'Cluster' | 'Local';
  /** How long a client stays with its endpoint; absent without session affinity. */
  readonly affinitySeconds?: number;
  /** Endpoints anywhere, in the order of their addresses. */
  readonly clusterEndpoints: readonly Endpoint[];
  /** Those on this node. Not always some of `clusterEndpoints`: they fall back to terminating ones on their own. */
  readonly localEndpoints: readonly Endpoint[];
  /** Where load balancers ask this node whether it has endpoints of the Service; absent unless it takes external traffic locally. */
  readonly healthCheckNodePort?: number;
  /** Addresses of the ready endpoints on this node: what a health check counts. */
  readonly localReady: readonly string[];
}

/** On an EndpointSlice: the Service that it belongs to. */
export const serviceNameLabel = 'kubernetes.io/service-name';
const proxyNameLabel = 'service.kubernetes.io/service-proxy-name';
const defaultAffinitySeconds = 10_800;

/** What the proxy of a node has to route: every port of every Service with a cluster IP, in the order of their names. */
export function resolveServicePorts(
  services: readonly corev1.Service[],
  slices: readonly discoveryv1.EndpointSlice[],
  place: Place,
): ServicePort[] {
  return new ServicePortResolver(place).resolve(services, slices);
}

/** Resolves again and again, and gives the same objects for a Service that did not change. Expects objects that are not changed in place. */
export class ServicePortResolver {
  private known = new WeakMap<corev1.Service, { slices: readonly object[]; ports: readonly ServicePort[] }>();

  constructor(private place: Place) {}

  /** The node has moved to another zone, or has been given one. */
  setZone(zone: string | undefined): void {
    if (zone === this.place.zone) return;
    this.place = { nodeName: this.place.nodeName, zone };
    this.known = new WeakMap();
  }

  resolve(services: readonly corev1.Service[], slices: readonly discoveryv1.EndpointSlice[]): ServicePort[] {
    const byService = groupSlices(slices);
    return services
      .filter(isProxied)
      .flatMap((service) => {
        const own = byService.get(`${service.metadata?.namespace}/${service.metadata?.name}`) ?? [];
        return this.portsOf(service, own);
      })
      .sort(
        (a, b) =>
          compareText(a.namespace, b.namespace) || compareText(a.name, b.name) || compareText(a.portName, b.portName),
      );
  }

  private portsOf(service: corev1.Service, slices: readonly discoveryv1.EndpointSlice[]): readonly ServicePort[] {
    const known = this.known.get(service);
    if (known?.slices.length === slices.length && known.slices.every((slice, index) => slice === slices[index])) {
      return known.ports;
    }
    const ports = (service.spec?.ports ?? []).map((port) => resolve(service, port, slices, this.place));
    this.known.set(service, { slices, ports });
    return ports;
  }
}

/** `namespace/name:port`, as rules name what they serve. */
export function portKey(port: Pick<ServicePort, 'namespace' | 'name' | 'portName'>): string {
  return `${port.namespace}/${port.name}${port.portName === '' ? '' : `:${port.portName}`}`;
}

function isProxied({ metadata, spec }: corev1.Service): boolean {
  return spec?.type !== 'ExternalName' && isIPv4(spec?.clusterIP) && metadata?.labels?.[proxyNameLabel] === undefined;
}

function groupSlices(slices: readonly discoveryv1.EndpointSlice[]): Map<string, discoveryv1.EndpointSlice[]> {
  const groups = new Map<string, discoveryv1.EndpointSlice[]>();
  for (const slice of slices) {
    const service = slice.metadata?.labels?.[serviceNameLabel];
    if (service === undefined || slice.addressType !== 'IPv4') continue;
    const key = `${slice.metadata?.namespace}/${service}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [slice]);
    else group.push(slice);
  }
  return groups;
}

function resolve(
  { metadata, spec, status }: corev1.Service,
  port: corev1.ServicePort,
  slices: readonly discoveryv1.EndpointSlice[],
  place: Place,
): ServicePort {
  const protocol = (port.protocol ?? 'TCP').toLowerCase() as Protocol;
  const candidates = findEndpoints(slices, port, place.nodeName);
  const local = candidates.filter(({ endpoint }) => endpoint.isLocal);
  const isLocalOutside = spec?.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
  const isAffine = spec?.sessionAffinity === 'ClientIP';
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    portName: port.name ?? '',
    protocol,
    clusterIP: spec?.clusterIP ?? '',
    port: port.port ?? 0,
    ...(port.nodePort === undefined || port.nodePort === 0 ? {} : { nodePort: port.nodePort }),
    externalIPs: canonicalAddresses(spec?.externalIPs),
    loadBalancerSourceRanges: canonicalRanges(spec?.loadBalancerSourceRanges),
    internalPolicy: spec?.internalTrafficPolicy === 'Local' ? 'Local' : 'Cluster',
    externalPolicy: spec?.externalTrafficPolicy === 'Local' ? 'Local' : 'Cluster',
    loadBalancerIPs: (status?.loadBalancer?.ingress ?? []).map((ingress) => ingress.ip).filter(isIPv4),
    ...(isAffine
      ? { affinitySeconds: spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultAffinitySeconds }
      : {}),
    clusterEndpoints: usable(candidates, (ready) => preferred(ready, place)),
    localEndpoints: usable(local),
    ...(isLocalOutside && spec.healthCheckNodePort ? { healthCheckNodePort: spec.healthCheckNodePort } : {}),
    localReady: local.filter(({ isReady }) => isReady).map(({ endpoint }) => endpoint.address),
  };
}

function isIPv4(address: string | undefined): address is string {
  return address !== undefined && /^\d+\.\d+\.\d+\.\d+$/.test(address);
}
