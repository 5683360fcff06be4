import { Kinds, type autoscalingv1, type autoscalingv2, type corev1, type eventsv1, type Kind } from '@skiff/contracts';
import type { ApiObject } from '@skiff/apimachinery';
import { fromScalerV2, toScalerV2 } from './scaler-conversion';
import type { VersionedStorage } from './versioned-storage';

/** The stored form of an event: upstream's conversion of events.k8s.io/v1, where names differ. */
function toCoreEvent(event: eventsv1.Event): corev1.Event {
  const { regarding, note, reportingController, deprecatedSource, deprecatedCount, ...rest } = event;
  const { deprecatedFirstTimestamp, deprecatedLastTimestamp, ...same } = rest;
  return {
    ...same,
    kind: 'Event',
    apiVersion: 'v1',
    involvedObject: regarding ?? {},
    ...(note === undefined ? {} : { message: note }),
    reportingComponent: reportingController ?? '',
    reportingInstance: same.reportingInstance ?? '',
    source: deprecatedSource ?? {},
    firstTimestamp: deprecatedFirstTimestamp ?? null,
    lastTimestamp: deprecatedLastTimestamp ?? null,
    ...(deprecatedCount === undefined ? {} : { count: deprecatedCount }),
  } as corev1.Event;
}

function fromCoreEvent(event: corev1.Event): eventsv1.Event {
  const { involvedObject, message, reportingComponent, source, firstTimestamp, lastTimestamp, count, ...same } = event;
  return {
    ...same,
    kind: 'Event',
    apiVersion: 'events.k8s.io/v1',
    regarding: involvedObject ?? {},
    ...(message === undefined ? {} : { note: message }),
    ...(reportingComponent ? { reportingController: reportingComponent } : {}),
    deprecatedSource: source ?? {},
    deprecatedFirstTimestamp: firstTimestamp ?? null,
    deprecatedLastTimestamp: lastTimestamp ?? null,
    ...(count === undefined ? {} : { deprecatedCount: count }),
  } as eventsv1.Event;
}

/** An object as its codec gives it, which adds what this version always shows. */
const canonical = <T extends ApiObject>({ codec }: Kind<T>, object: T): T =>
  codec.decode(codec.encode(object).finish());

const events: VersionedStorage = {
  kinds: [Kinds.Event as Kind<ApiObject>],
  convert: (event, to) =>
    to.message === Kinds.Event.message
      ? toCoreEvent(event as eventsv1.Event)
      : canonical(Kinds.EventsEvent, fromCoreEvent(event as corev1.Event)),
};

const horizontalPodAutoscalers: VersionedStorage = {
  kinds: [Kinds.HorizontalPodAutoscaler as Kind<ApiObject>],
  convert: (scaler, to) =>
    to.message === Kinds.HorizontalPodAutoscaler.message
      ? toScalerV2(scaler as autoscalingv1.HorizontalPodAutoscaler)
      : canonical(Kinds.HorizontalPodAutoscalerV1, fromScalerV2(scaler as autoscalingv2.HorizontalPodAutoscaler)),
};

const storages: ReadonlyMap<string, VersionedStorage> = new Map([
  [Kinds.EventsEvent.message, events],
  [Kinds.HorizontalPodAutoscalerV1.message, horizontalPodAutoscalers],
]);

/** How a kind is stored that shares its storage with another; most do not. */
export const versionedStorageOf = ({ message }: Pick<Kind, 'message'>): VersionedStorage | undefined =>
  storages.get(message);
