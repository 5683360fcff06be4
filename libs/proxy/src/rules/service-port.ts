import type { corev1, discoveryv1 } from '@skiff/contracts';
import { canonicalAddresses, canonicalRanges } from './addresses';

export type Protocol = 'tcp' | 'udp' | 'sctp';

/** Where connections to a Service end. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** On the node that the proxy serves. */
  readonly isLocal: boolean;
  /** The name of the pod behind it; absent when its slice does not say. */
  readonly pod?: string;
}

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

/** Where the proxy runs, as far as it decides which endpoints traffic prefers. */
export interface Place {
  readonly nodeName: string;
  /** `topology.kubernetes.io/zone` of the node; absent when it has none. */
  readonly zone?: string | undefined;
}

/** On an EndpointSlice: the Service that it belongs to. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
const PROXY_NAME_LABEL = 'service.kubernetes.io/service-proxy-name';
const DEFAULT_AFFINITY_SECONDS = 10_800;

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
      .sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name) || compare(a.portName, b.portName));
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
  return spec?.type !== 'ExternalName' && isIPv4(spec?.clusterIP) && metadata?.labels?.[PROXY_NAME_LABEL] === undefined;
}

function groupSlices(slices: readonly discoveryv1.EndpointSlice[]): Map<string, discoveryv1.EndpointSlice[]> {
  const groups = new Map<string, discoveryv1.EndpointSlice[]>();
  for (const slice of slices) {
    const service = slice.metadata?.labels?.[SERVICE_NAME_LABEL];
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
      ? { affinitySeconds: spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS }
      : {}),
    clusterEndpoints: usable(candidates, (ready) => preferred(ready, place)),
    localEndpoints: usable(local),
    ...(isLocalOutside && spec.healthCheckNodePort ? { healthCheckNodePort: spec.healthCheckNodePort } : {}),
    localReady: local.filter(({ isReady }) => isReady).map(({ endpoint }) => endpoint.address),
  };
}

interface Candidate {
  readonly endpoint: Endpoint;
  readonly isReady: boolean;
  /** Terminating, and still able to answer. */
  readonly isServingToTheEnd: boolean;
  /** Nodes and zones whose traffic it is meant for; empty when nobody said. */
  readonly forNodes: readonly string[];
  readonly forZones: readonly string[];
}

function findEndpoints(
  slices: readonly discoveryv1.EndpointSlice[],
  port: corev1.ServicePort,
  nodeName: string,
): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const slice of slices) {
    const target = (slice.ports ?? []).find(
      (other) => (other.name ?? '') === (port.name ?? '') && (other.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    );
    if (target?.port === undefined) continue;
    for (const { addresses, conditions, nodeName: node, targetRef, hints } of slice.endpoints ?? []) {
      const address = addresses?.[0];
      if (address === undefined) continue;
      const isReady = conditions?.ready ?? true;
      const candidate = {
        endpoint: { address, port: target.port, isLocal: node === nodeName, ...podOf(targetRef) },
        isReady,
        isServingToTheEnd: conditions?.terminating === true && conditions.serving !== false,
        forNodes: (hints?.forNodes ?? []).map(({ name }) => name ?? ''),
        forZones: (hints?.forZones ?? []).map(({ name }) => name ?? ''),
      };
      // An endpoint that moves between slices is in both for a moment.
      const key = `${address}:${target.port}`;
      if (found.get(key)?.isReady !== true) found.set(key, candidate);
    }
  }
  return [...found.values()].sort((a, b) => compareEndpoints(a.endpoint, b.endpoint));
}

function podOf(target: corev1.ObjectReference | undefined): { pod?: string } {
  return target?.kind === 'Pod' && target.name ? { pod: target.name } : {};
}

/** The ready ones; when there are none, those that still serve while they terminate. */
function usable(
  candidates: readonly Candidate[],
  choose: (ready: readonly Candidate[]) => readonly Candidate[] = (ready) => ready,
): Endpoint[] {
  const ready = candidates.filter((candidate) => candidate.isReady);
  const chosen = ready.length > 0 ? choose(ready) : candidates.filter((candidate) => candidate.isServingToTheEnd);
  return chosen.map((candidate) => candidate.endpoint);
}

/**
 * Those meant for this node, else those meant for its zone, else all. As upstream, hints
 * count only when every endpoint has them, so that none is left out by half of a roll-out.
 */
function preferred(ready: readonly Candidate[], { nodeName, zone }: Place): readonly Candidate[] {
  if (ready.every(({ forNodes }) => forNodes.length > 0)) {
    const here = ready.filter(({ forNodes }) => forNodes.includes(nodeName));
    if (here.length > 0) return here;
  }
  if (zone !== undefined && ready.every(({ forZones }) => forZones.length > 0)) {
    const near = ready.filter(({ forZones }) => forZones.includes(zone));
    if (near.length > 0) return near;
  }
  return ready;
}

function compareEndpoints(a: Endpoint, b: Endpoint): number {
  return compare(a.address, b.address) || a.port - b.port;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isIPv4(address: string | undefined): address is string {
  return address !== undefined && /^\d+\.\d+\.\d+\.\d+$/.test(address);
}
