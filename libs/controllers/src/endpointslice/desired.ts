import type { corev1, discoveryv1 } from '@skiff/contracts';
import { stableStringify } from '../shared/hash';
import { isDeleting, isPodReady } from '../shared/pods';
import { addressesOf, hostnameIn, podReference, portsOn, type ServedPort } from '../shared/service-endpoints';
import { hintsFor } from './hints';
import type { AddressType, SliceState } from './slices';

/** Endpoints that serve the same ports. */
export interface Group {
  readonly ports: readonly ServedPort[];
  readonly endpoints: Map<string, discoveryv1.Endpoint>;
}

/** A Service has slices of its own for each family. */
export function addressTypesOf(service: corev1.Service): AddressType[] {
  const families = (service.spec?.ipFamilies ?? []).filter(
    (family): family is AddressType => family === 'IPv4' || family === 'IPv6',
  );
  return families.length === 0 ? ['IPv4'] : families;
}

function endpointOf(
  service: corev1.Service,
  pod: corev1.Pod,
  addresses: string[],
  node: corev1.Node | undefined,
): discoveryv1.Endpoint {
  const serving = isPodReady(pod);
  const terminating = isDeleting(pod);
  // A terminating pod is never ready, unless the Service wants all of its pods to be.
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  const hostname = hostnameIn(service, pod);
  const zone = node?.metadata?.labels?.['topology.kubernetes.io/zone'];
  const endpoint = {
    addresses,
    conditions: { ready, serving, terminating },
    ...(hostname !== undefined && { hostname }),
    targetRef: podReference(pod),
    ...(pod.spec?.nodeName && { nodeName: pod.spec.nodeName }),
    ...(zone !== undefined && { zone }),
  };
  const hints = hintsFor(service, endpoint);
  return hints === undefined ? endpoint : { ...endpoint, hints };
}

/** The same for the same ports, in whatever order. */
export function portsKey(ports: readonly ServedPort[]): string {
  return stableStringify([...ports].sort((left, right) => (stableStringify(left) < stableStringify(right) ? -1 : 1)));
}

/** The ports of a slice, with their defaults. */
export function portsOfSlice(slice: discoveryv1.EndpointSlice): ServedPort[] {
  return (slice.ports ?? []).map(({ name, protocol, port, appProtocol }) => ({
    name: name ?? '',
    protocol: protocol ?? 'TCP',
    port: port ?? 0,
    ...(appProtocol !== undefined && { appProtocol }),
  }));
}

/** What an endpoint is: its pod and addresses, whatever its state. */
export function identity(endpoint: discoveryv1.Endpoint): string {
  return `${endpoint.targetRef?.uid ?? ''}|${(endpoint.addresses ?? []).join(',')}`;
}

/** Desired endpoints by the ports that their pods serve; a pod with other named ports gets a slice of its own kind. */
export function groupEndpoints({ service, pods, nodeOf }: SliceState, type: AddressType): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    const addresses = addressesOf(pod).filter((address) => address.includes(':') === (type === 'IPv6'));
    if (addresses.length === 0) continue;
    const node = pod.spec?.nodeName ? nodeOf(pod.spec.nodeName) : undefined;
    if (!node && pod.spec?.nodeName && service.spec?.publishNotReadyAddresses !== true) continue;
    const ports = portsOn(service, pod);
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, endpoints: new Map() };
    const endpoint = endpointOf(service, pod, addresses, node);
    group.endpoints.set(identity(endpoint), endpoint);
    groups.set(key, group);
  }
  return groups;
}
