import { Kinds, type corev1, type discoveryv1 } from '@skiff/contracts';
import { controllerReference } from '../shared/owner-references';
import { semanticEqual } from '../shared/semantic-equal';
import { headlessLabel, isHeadless, triggerTimeAnnotation, type ServedPort } from '../shared/service-endpoints';
import { managedByLabel, serviceNameLabel } from '../shared/slice-control';
import { without } from '../shared/without';

export const managerName = 'endpointslice-controller.k8s.io';

/** The families that a Service can ask for. */
export type AddressType = 'IPv4' | 'IPv6';

/** What the slices of a Service are made from. */
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

/** The labels of a Service's slices: its own, and those that the controller is known by. */
export function labelsFor(service: corev1.Service): { [key: string]: string } {
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

/** A slice that does not exist yet; without ports it is a placeholder. */
export function newSlice(
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

/** An existing slice with these endpoints, and up-to-date labels. */
export function rewritten(
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

/** Whether a slice is what stands for a Service without endpoints. */
export function isPlaceholder(slice: discoveryv1.EndpointSlice | undefined, service: corev1.Service): boolean {
  return (
    slice !== undefined &&
    (slice.ports ?? []).length === 0 &&
    (slice.endpoints ?? []).length === 0 &&
    semanticEqual(slice.metadata?.labels, labelsFor(service))
  );
}
