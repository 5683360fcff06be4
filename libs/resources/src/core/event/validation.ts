import { dns1123Subdomain, type ErrorList, qualifiedName, type Validation } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

const longestWord = 128;

const longestNote = 1024;

const mismatch = 'does not match event.namespace';

/** An event under either of its two kinds, in the names of core/v1, which upstream shows for both. */
export type AnyEvent = Pick<
  corev1.Event,
  'metadata' | 'involvedObject' | 'eventTime' | 'reportingInstance' | 'action' | 'reason' | 'message'
> & { readonly reportingController?: string | undefined };

/** Times that nobody set are absent, or null. */
export const isUnset = (time: unknown): boolean => time === undefined || time === null;

function validateLength(field: string, text: string, limit: number, to: ErrorList): void {
  if (Buffer.byteLength(text) > limit) to.invalid(field, '', `can have at most ${limit} characters`);
}

/** An event has to be in the namespace of what it is about; one with a time of its own has to say more. */
export function validateAnyEvent(event: AnyEvent, to: ErrorList): void {
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

export const eventValidation: Validation<corev1.Event> = { create: validateEvent };
