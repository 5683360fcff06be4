import type { corev1, eventsv1 } from '@skiff/contracts';
import {
  immutable,
  same,
  validateObjectMeta,
  validateObjectMetaUpdate,
  defaultNameRule,
  dns1123Subdomain,
  qualifiedName,
  type ErrorList,
} from '@skiff/apimachinery';

const longestWord = 128;
const longestNote = 1024;
const mismatch = 'does not match event.namespace';

/** An event under either of its two kinds, in the names of core/v1, which upstream shows for both. */
type AnyEvent = Pick<
  corev1.Event,
  'metadata' | 'involvedObject' | 'eventTime' | 'reportingInstance' | 'action' | 'reason' | 'message'
> & { readonly reportingController?: string | undefined };

/** Times that nobody set are absent, or null. */
const isUnset = (time: unknown): boolean => time === undefined || time === null;

function validateLength(field: string, text: string, limit: number, to: ErrorList): void {
  if (Buffer.byteLength(text) > limit) to.invalid(field, '', `can have at most ${limit} characters`);
}

/** An event has to be in the namespace of what it is about; one with a time of its own has to say more. */
function validateAnyEvent(event: AnyEvent, to: ErrorList): void {
  const namespace = event.metadata?.namespace ?? '';
  const involved = event.involvedObject?.namespace ?? '';
  const where = 'involvedObject.namespace';
  if (isUnset(event.eventTime)) {
    const agrees = involved === '' ? namespace === '' || namespace === 'default' : involved === namespace;
    if (!agrees) to.invalid(where, involved, mismatch);
  } else {
    if (involved === '' && namespace !== 'default' && namespace !== 'kube-system')
      to.invalid(where, involved, mismatch);
    validateReport(event, to);
  }
  to.all('namespace', namespace, dns1123Subdomain(namespace));
}

function validateReport(event: AnyEvent, to: ErrorList): void {
  const { reportingController: controller = '', message = '' } = event;
  if (controller === '') to.required('reportingController');
  to.all('reportingController', controller, qualifiedName(controller));
  for (const field of ['reportingInstance', 'action', 'reason'] as const) {
    const { [field]: text = '' } = event;
    if (text === '') to.required(field);
    validateLength(field, text, longestWord, to);
  }
  validateLength('message', message, longestNote, to);
}

/** Rules of an event of core/v1, new or changed. As ValidateEventCreate, for old clients. */
export function validateEvent(event: corev1.Event, to: ErrorList): void {
  validateAnyEvent({ ...event, reportingController: event.reportingComponent }, to);
}

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
