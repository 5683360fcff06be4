import type { AdmissionWriter } from '@skiff/api-server/admission';
import { Kinds, apiVersionOf, type corev1 } from '@skiff/contracts';
import { formatTime, randomUuid, type Clock, type Logger, type Random } from '@skiff/platform';
import type { Hook, WebhookType } from '../configuration/hook';

interface EventParts {
  readonly writer: Pick<AdmissionWriter, 'create'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

/** How long nothing more is said of one webhook, in milliseconds. */
const quietMilliseconds = 600_000;
/** As many webhooks as are remembered to have been told of. */
const mostTold = 1_000;
/** Of a message, in characters, as events are bounded. */
const mostCharacters = 1_024;

/** Where events about what is in no namespace are. */
const eventNamespace = 'default';

const kinds = { mutating: Kinds.MutatingWebhookConfiguration, validating: Kinds.ValidatingWebhookConfiguration };

/** Says in events about a configuration that writes go on without one of its webhooks: once in ten minutes for each. */
export class FailOpenEvents {
  private readonly told = new Map<string, number>();

  constructor(private readonly parts: EventParts) {}

  /** Does not wait until it is said. */
  tell(type: WebhookType, { name, configuration }: Hook, why: string): void {
    const { clock, writer, logger } = this.parts;
    const key = `${type}/${configuration}/${name}`;
    const last = this.told.get(key);
    if (last !== undefined && clock.monotonic() - last < quietMilliseconds) return;
    this.told.delete(key);
    const [eldest] = this.told.keys();
    if (this.told.size >= mostTold && eldest !== undefined) this.told.delete(eldest);
    this.told.set(key, clock.monotonic());
    writer
      .create(Kinds.Event, eventNamespace, this.event(type, configuration, why))
      .catch((error: unknown) => logger.warn('an event about a webhook was not written', { error }));
  }

  private event(type: WebhookType, name: string, why: string): corev1.Event {
    const { clock, random } = this.parts;
    const kind = kinds[type];
    const time = formatTime(clock.now());
    return {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: { namespace: eventNamespace, name: `${name}.${randomUuid(random).slice(0, 13).replace('-', '')}` },
      involvedObject: { kind: kind.kind, apiVersion: apiVersionOf(kind), name },
      reason: 'FailedOpen',
      message: `The write went on although ${why}`.slice(0, mostCharacters),
      type: 'Warning',
      source: { component: 'kube-apiserver' },
      reportingComponent: 'kube-apiserver',
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    };
  }
}
