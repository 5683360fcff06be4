import { Kinds, type corev1, type discoveryv1 } from '@skiff/contracts';
import { stableStringify } from '../shared/hash';
import { controllerReference } from '../shared/owner-references';
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
  type ServedPort,
} from '../shared/service-endpoints';
import { without } from '../shared/without';

export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
export const managerName = 'endpointslice-controller.k8s.io';

type AddressType = 'IPv4' | 'IPv6';

export interface SliceState {
  readonly service: corev1.Service;
  readonly pods: readonly corev1.Pod[];
  /** Slices of the Service that this controller manages. */
  readonly slices: readonly discoveryv1.EndpointSlice[];
  readonly nodeOf: (name: string) => corev1.Node | undefined;
  /** At most this many endpoints go into a slice. */
  readonly maxEndpoints: number;
  /** RFC 3339 time of the change that is acted upon. */
  readonly triggerTime: string | undefined;
}

export interface SlicePlan {
  readonly create: discoveryv1.EndpointSlice[];
  readonly update: discoveryv1.EndpointSlice[];
  readonly remove: discoveryv1.EndpointSlice[];
}

interface Group {
  readonly ports: readonly ServedPort[];
  readonly endpoints: Map<string, discoveryv1.Endpoint>;
}

function addressTypesOf(service: corev1.Service): AddressType[] {
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
  return {
    addresses,
    conditions: { ready, serving, terminating },
    ...(hostname !== undefined && { hostname }),
    targetRef: podReference(pod),
    ...(pod.spec?.nodeName && { nodeName: pod.spec.nodeName }),
    ...(zone !== undefined && { zone }),
  };
}

function portsKey(ports: readonly ServedPort[]): string {
  return stableStringify([...ports].sort((left, right) => (stableStringify(left) < stableStringify(right) ? -1 : 1)));
}

function portsOfSlice(slice: discoveryv1.EndpointSlice): ServedPort[] {
  return (slice.ports ?? []).map(({ name, protocol, port, appProtocol }) => ({
    name: name ?? '',
    protocol: protocol ?? 'TCP',
    port: port ?? 0,
    ...(appProtocol !== undefined && { appProtocol }),
  }));
}

/** What an endpoint is: its pod and addresses, whatever its state. */
function identity(endpoint: discoveryv1.Endpoint): string {
  return `${endpoint.targetRef?.uid ?? ''}|${(endpoint.addresses ?? []).join(',')}`;
}

/** Desired endpoints by the ports that their pods serve; a pod with other named ports gets a slice of its own kind. */
function groupEndpoints({ service, pods, nodeOf }: SliceState, type: AddressType): Map<string, Group> {
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

function labelsFor(service: corev1.Service): { [key: string]: string } {
  return {
    ...without(service.metadata?.labels, serviceNameLabel, managedByLabel, headlessLabel),
    ...(isHeadless(service) && { [headlessLabel]: '' }),
    [serviceNameLabel]: service.metadata?.name ?? '',
    [managedByLabel]: managerName,
  };
}

function annotated(
  annotations: { [key: string]: string } | undefined,
  triggerTime: string | undefined,
): { annotations?: { [key: string]: string } } {
  const others = without(annotations, triggerTimeAnnotation);
  const next = triggerTime === undefined ? others : { ...others, [triggerTimeAnnotation]: triggerTime };
  return Object.keys(next).length === 0 ? {} : { annotations: next };
}

function newSlice(
  state: SliceState,
  addressType: AddressType,
  ports: readonly ServedPort[] | undefined,
  endpoints: discoveryv1.Endpoint[],
): discoveryv1.EndpointSlice {
  const { service, triggerTime } = state;
  return {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: {
      generateName: `${service.metadata?.name}-`,
      namespace: service.metadata?.namespace,
      labels: labelsFor(service),
      ...annotated(undefined, triggerTime),
      ownerReferences: [controllerReference(Kinds.Service, service)],
    },
    addressType,
    endpoints,
    ports: (ports ?? []).map((port) => ({ ...port })),
  };
}

interface Draft {
  readonly slice: discoveryv1.EndpointSlice;
  readonly endpoints: discoveryv1.Endpoint[];
  changed: boolean;
}

/** Keeps wanted endpoints where they are, then fills slices that change anyway, then one with room, then new ones. */
function reconcileGroup(
  state: SliceState,
  addressType: AddressType,
  group: Group,
  slices: readonly discoveryv1.EndpointSlice[],
): SlicePlan {
  const missing = new Map(group.endpoints);
  const drafts = slices.map((slice): Draft => {
    const draft: Draft = {
      slice,
      endpoints: [],
      changed: !semanticEqual(slice.metadata?.labels, labelsFor(state.service)),
    };
    for (const endpoint of slice.endpoints ?? []) {
      const wanted = missing.get(identity(endpoint));
      if (!wanted || !semanticEqual(wanted, endpoint)) draft.changed = true;
      if (!wanted) continue;
      draft.endpoints.push(wanted);
      missing.delete(identity(endpoint));
    }
    return draft;
  });
  const remove = drafts.filter(({ endpoints }) => endpoints.length === 0).map(({ slice }) => slice);
  const kept = drafts.filter(({ endpoints }) => endpoints.length > 0);
  const rest = [...missing.values()];
  const fill = (draft: Draft): void => {
    const room = rest.splice(0, state.maxEndpoints - draft.endpoints.length);
    if (room.length > 0) draft.changed = true;
    draft.endpoints.push(...room);
  };
  kept
    .filter(({ changed }) => changed)
    .sort((left, right) => right.endpoints.length - left.endpoints.length)
    .forEach(fill);
  if (rest.length > 0 && rest.length < state.maxEndpoints) {
    const roomy = kept
      .filter((draft) => !draft.changed && draft.endpoints.length + rest.length <= state.maxEndpoints)
      .sort((left, right) => right.endpoints.length - left.endpoints.length)[0];
    if (roomy) fill(roomy);
  }
  const create: discoveryv1.EndpointSlice[] = [];
  while (rest.length > 0) create.push(newSlice(state, addressType, group.ports, rest.splice(0, state.maxEndpoints)));
  // A slice that would be deleted is filled instead of making another.
  while (create.length > 0 && remove.length > 0) {
    const slice = remove.pop();
    const fresh = create.pop();
    if (slice && fresh) kept.push({ slice, endpoints: fresh.endpoints ?? [], changed: true });
  }
  const update = kept
    .filter(({ changed }) => changed)
    .map(({ slice, endpoints }) => rewritten(state, slice, endpoints));
  return { create, update, remove };
}

function rewritten(
  state: SliceState,
  slice: discoveryv1.EndpointSlice,
  endpoints: discoveryv1.Endpoint[],
): discoveryv1.EndpointSlice {
  return {
    ...slice,
    metadata: {
      ...slice.metadata,
      labels: labelsFor(state.service),
      annotations: annotated(slice.metadata?.annotations, state.triggerTime).annotations,
    },
    endpoints,
  };
}

function planAddressType(state: SliceState, addressType: AddressType): SlicePlan {
  const groups = groupEndpoints(state, addressType);
  const own = state.slices.filter((slice) => slice.addressType === addressType);
  const plan: SlicePlan = { create: [], update: [], remove: [] };
  const byPorts = new Map<string, discoveryv1.EndpointSlice[]>();
  for (const slice of own) {
    const key = portsKey(portsOfSlice(slice));
    byPorts.set(key, [...(byPorts.get(key) ?? []), slice]);
  }
  for (const [key, group] of groups) {
    const part = reconcileGroup(state, addressType, group, byPorts.get(key) ?? []);
    plan.create.push(...part.create);
    plan.update.push(...part.update);
    plan.remove.push(...part.remove);
    byPorts.delete(key);
  }
  if (groups.size > 0) {
    plan.remove.push(...[...byPorts.values()].flat());
    return plan;
  }
  // A Service always has a slice, be it an empty one, so that its consumers know it was looked at.
  const [placeholder] = own.filter((slice) => (slice.ports ?? []).length === 0);
  if (!placeholder) plan.create.push(newSlice(state, addressType, undefined, []));
  else if (
    (placeholder.endpoints ?? []).length > 0 ||
    !semanticEqual(placeholder.metadata?.labels, labelsFor(state.service))
  ) {
    plan.update.push(rewritten(state, placeholder, []));
  }
  plan.remove.push(...own.filter((slice) => slice !== placeholder));
  return plan;
}

/** The least writes that make a Service's slices show its pods. As the reconciler of pkg/controller/endpointslice. */
export function planSlices(state: SliceState): SlicePlan {
  const types = addressTypesOf(state.service);
  const plans = types.map((type) => planAddressType(state, type));
  return {
    create: plans.flatMap(({ create }) => create),
    update: plans.flatMap(({ update }) => update),
    remove: [
      ...plans.flatMap(({ remove }) => remove),
      ...state.slices.filter((slice) => !types.some((type) => type === slice.addressType)),
    ],
  };
}
