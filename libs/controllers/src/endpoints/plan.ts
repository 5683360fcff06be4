import type { corev1 } from '@skiff/contracts';
import { stableStringify } from '../shared/hash';
import { isDeleting, isPodReady } from '../shared/pods';
import { semanticEqual } from '../shared/semantic-equal';
import {
  addressesOf,
  headlessLabel,
  hostnameIn,
  isHeadless,
  podReference,
  portsOn,
  triggerTimeAnnotation,
} from '../shared/service-endpoints';
import { without } from '../shared/without';

export const managedByLabel = 'endpoints.kubernetes.io/managed-by';
const overCapacity = 'endpoints.kubernetes.io/over-capacity';

/** An Endpoints object holds no more addresses than this. */
export const maxAddresses = 1000;

function byIp(left: corev1.EndpointAddress, right: corev1.EndpointAddress): number {
  return (left.ip ?? '') < (right.ip ?? '') ? -1 : 1;
}

/** The subsets that pods give a Service: for each set of ports its ready and its other addresses. */
export function planSubsets(service: corev1.Service, pods: readonly corev1.Pod[]): corev1.EndpointSubset[] {
  const everyone = service.spec?.publishNotReadyAddresses === true;
  const subsets = new Map<
    string,
    { ports: corev1.EndpointPort[]; ready: corev1.EndpointAddress[]; others: corev1.EndpointAddress[] }
  >();
  const family = service.spec?.ipFamilies?.[0] === 'IPv6';
  for (const pod of pods) {
    const ip = addressesOf(pod).find((address) => address.includes(':') === family);
    if (ip === undefined || (isDeleting(pod) && !everyone)) continue;
    const ports = portsOn(service, pod).map(({ name, protocol, port, appProtocol }) => ({
      ...(name !== '' && { name }),
      port,
      protocol,
      ...(appProtocol !== undefined && { appProtocol }),
    }));
    if (ports.length === 0 && !isHeadless(service)) continue;
    const hostname = hostnameIn(service, pod);
    const address = {
      ip,
      ...(hostname !== undefined && { hostname }),
      ...(pod.spec?.nodeName && { nodeName: pod.spec.nodeName }),
      targetRef: podReference(pod),
    };
    const key = stableStringify(ports);
    const subset = subsets.get(key) ?? { ports, ready: [], others: [] };
    (everyone || isPodReady(pod) ? subset.ready : subset.others).push(address);
    subsets.set(key, subset);
  }
  return [...subsets]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, { ports, ready, others }]) => ({
      ...(ready.length > 0 && { addresses: ready.sort(byIp) }),
      ...(others.length > 0 && { notReadyAddresses: others.sort(byIp) }),
      ...(ports.length > 0 && { ports }),
    }));
}

function countOf(subsets: readonly corev1.EndpointSubset[]): number {
  return subsets.reduce(
    (sum, { addresses, notReadyAddresses }) => sum + (addresses?.length ?? 0) + (notReadyAddresses?.length ?? 0),
    0,
  );
}

function truncated(subsets: readonly corev1.EndpointSubset[]): corev1.EndpointSubset[] {
  let room = maxAddresses;
  const take = (addresses: corev1.EndpointAddress[] | undefined): corev1.EndpointAddress[] | undefined => {
    const taken = addresses?.slice(0, room);
    room -= taken?.length ?? 0;
    return taken;
  };
  return subsets.map((subset) => ({
    ...subset,
    addresses: take(subset.addresses),
    notReadyAddresses: take(subset.notReadyAddresses),
  }));
}

/** The Endpoints object that a Service shall have, or undefined when it has it. */
export function planEndpoints(
  service: corev1.Service,
  pods: readonly corev1.Pod[],
  current: corev1.Endpoints | undefined,
  triggerTime: string | undefined,
): corev1.Endpoints | undefined {
  const subsets = planSubsets(service, pods);
  const tooMany = countOf(subsets) > maxAddresses;
  const labels = {
    ...without(service.metadata?.labels, headlessLabel),
    ...(isHeadless(service) && { [headlessLabel]: '' }),
    [managedByLabel]: 'endpoint-controller',
  };
  const wanted = tooMany ? truncated(subsets) : subsets;
  if (
    current &&
    semanticEqual(current.subsets, wanted) &&
    semanticEqual(current.metadata?.labels, labels) &&
    tooMany === (current.metadata?.annotations?.[overCapacity] !== undefined)
  ) {
    return undefined;
  }
  return {
    ...(current ?? { kind: 'Endpoints', apiVersion: 'v1' }),
    metadata: {
      ...(current?.metadata ?? { name: service.metadata?.name, namespace: service.metadata?.namespace }),
      labels,
      annotations: {
        ...without(current?.metadata?.annotations, triggerTimeAnnotation, overCapacity),
        ...(triggerTime !== undefined && { [triggerTimeAnnotation]: triggerTime }),
        ...(tooMany && { [overCapacity]: 'truncated' }),
      },
    },
    subsets: wanted,
  };
}
