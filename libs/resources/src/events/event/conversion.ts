import type { Conversion } from '@skiff/apimachinery';
import { Kinds, type corev1, type eventsv1 } from '@skiff/contracts';

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

/** Events of both groups are stored as those of the core group. */
export const eventsEventConversion: Conversion<eventsv1.Event, corev1.Event> = {
  served: Kinds.EventsEvent,
  stored: Kinds.Event,
  toStored: toCoreEvent,
  fromStored: fromCoreEvent,
};
