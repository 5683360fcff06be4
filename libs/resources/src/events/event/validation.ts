import {
  defaultNameRule,
  type ErrorList,
  immutable,
  same,
  validateObjectMeta,
  validateObjectMetaUpdate,
  type Validation,
} from '@skiff/apimachinery';
import type { eventsv1 } from '@skiff/contracts';
import { type AnyEvent, isUnset, validateAnyEvent } from '../../core/event/validation';

const asAny = (event: eventsv1.Event): AnyEvent => ({
  ...event,
  involvedObject: event.regarding,
  message: event.note,
});

function validateSeries({ series }: eventsv1.Event, to: ErrorList): void {
  if (!series) return;
  if ((series.count ?? 0) < 2) to.invalid('series.count', '', 'should be at least 2');
  if (isUnset(series.lastObservedTime)) to.required('series.lastObservedTime');
}

/** Rules of a new event of events.k8s.io/v1, which are stricter. As ValidateEventCreate. */
export function validateEventsEvent(event: eventsv1.Event, to: ErrorList): void {
  validateAnyEvent(asAny(event), to);
  validateObjectMeta(event.metadata, true, defaultNameRule, 'metadata', to);
  validateSeries(event, to);
  if (isUnset(event.eventTime)) to.required('eventTime');
  const { type = '' } = event;
  if (type !== 'Normal' && type !== 'Warning') to.invalid('type', '', `has invalid value: ${type}`);
  const unset = (field: string, isSet: boolean): void => {
    if (isSet) to.invalid(field, '', 'needs to be unset');
  };
  unset('firstTimestamp', !isUnset(event.deprecatedFirstTimestamp));
  unset('lastTimestamp', !isUnset(event.deprecatedLastTimestamp));
  unset('count', (event.deprecatedCount ?? 0) !== 0);
  const { component, host } = event.deprecatedSource ?? {};
  unset('source', Boolean(component) || Boolean(host));
}

/** Of an event of events.k8s.io/v1 only the series may change. As ValidateEventUpdate. */
export function validateEventsEventUpdate(event: eventsv1.Event, old: eventsv1.Event, to: ErrorList): void {
  validateAnyEvent(asAny(event), to);
  validateObjectMetaUpdate(event.metadata, old.metadata, 'metadata', to);
  if (!same(event.series, old.series)) validateSeries(event, to);
  for (const [shown, field] of [
    ['involvedObject', 'regarding'],
    ['reason', 'reason'],
    ['message', 'note'],
    ['source', 'deprecatedSource'],
    ['firstTimestamp', 'deprecatedFirstTimestamp'],
    ['lastTimestamp', 'deprecatedLastTimestamp'],
    ['count', 'deprecatedCount'],
    ['type', 'type'],
    ['eventTime', 'eventTime'],
    ['action', 'action'],
    ['related', 'related'],
    ['reportingController', 'reportingController'],
    ['reportingInstance', 'reportingInstance'],
  ] as const)
    immutable(event[field], old[field], shown, to);
}

export const eventsEventValidation: Validation<eventsv1.Event> = {
  // Upstream has one internal type for both kinds of events, which is of the core group first.
  group: '',
  create: validateEventsEvent,
  update: validateEventsEventUpdate,
};
