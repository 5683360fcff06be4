import { Kinds, type autoscalingv1, type autoscalingv2, type corev1, type eventsv1, type Kind } from '@skiff/contracts';
import type { ApiObject } from '@skiff/apimachinery';
import { fromScalerV2, toScalerV2 } from './scaler-conversion';

/** Another kind in which the same object is stored, and the way between the two. */
interface Conversion {
  /** The apiVersion and kind that are stored. */
  readonly stored: Kind<ApiObject>;
  toStored(object: ApiObject): ApiObject;
  fromStored(object: ApiObject): ApiObject;
}

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

const conversions = new Map<string, Conversion>(
  Object.entries({
    'k8s.io.api.events.v1.Event': {
      stored: Kinds.Event as Kind<ApiObject>,
      toStored: (event: ApiObject) => toCoreEvent(event as eventsv1.Event),
      fromStored: (event: ApiObject) => fromCoreEvent(event as corev1.Event),
    },
    'k8s.io.api.autoscaling.v1.HorizontalPodAutoscaler': {
      stored: Kinds.HorizontalPodAutoscaler as Kind<ApiObject>,
      toStored: (scaler: ApiObject) => toScalerV2(scaler as autoscalingv1.HorizontalPodAutoscaler),
      fromStored: (scaler: ApiObject) => fromScalerV2(scaler as autoscalingv2.HorizontalPodAutoscaler),
    },
  }),
);

/** How a kind is stored when it shares its storage with another; most do not. */
export function conversionOf(kind: Kind<ApiObject>): Conversion | undefined {
  return conversions.get(kind.message);
}
