import { StatusError } from '@skiff/apimachinery';
import { formatMicroTime, type Clock, type Logger } from '@skiff/platform';
import type { Registry } from 'prom-client';
import type { Request } from '../request/request';
import { AuditRecord } from './audit-record';
import type { AuditBackend, CreateBackend } from './backend';
import { auditedUser, objectReference, requestUri, shownUserAgent, sourceIPs } from './describe-request';
import type { AuditEvent } from './event';
import { AuditMetrics } from './metrics';
import { auditBy, type AuditDecision, type Audited, type AuditPolicy } from './policy';

/** What is told of requests, and to whom. */
export interface AuditOptions {
  readonly policy: AuditPolicy;
  readonly backends: readonly CreateBackend[];
}

export interface AuditorParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly metrics: Registry;
}

/** How long whoever stops waits for requests that are still to be told of, in milliseconds. */
const closeMilliseconds = 1_000;

/** Tells of requests what a policy says. */
export class Auditor {
  private readonly metrics: AuditMetrics;
  private readonly backends: readonly AuditBackend[];
  private readonly decide: (asked: Audited) => AuditDecision;
  private open = 0;
  private idle: () => void = () => undefined;

  constructor(
    { policy, backends }: AuditOptions,
    private readonly parts: AuditorParts,
  ) {
    this.metrics = new AuditMetrics(parts.metrics);
    const lost = (backend: string, events: number): void => this.metrics.lost(backend, events);
    this.backends = backends.map((create) => create({ ...parts, lost }));
    this.decide = auditBy(policy);
  }

  /** A request is under way; undefined where nothing is told of it. To be followed by one `end`. */
  begin(request: Request): AuditRecord | undefined {
    const record = this.record(request, true);
    if (record) this.open += 1;
    record?.received();
    return record;
  }

  /** All is told of one that has begun. */
  end(): void {
    this.open -= 1;
    if (this.open === 0) this.idle();
  }

  /** For a request that is refused before anything is known of it but, perhaps, its sender. */
  record(request: Request, isKnown: boolean): AuditRecord | undefined {
    const { info, impersonator, user } = request;
    const sender = impersonator ?? user;
    const decision = this.decide({ user: isKnown ? sender : undefined, info });
    this.metrics.level(decision.level);
    if (decision.level === 'None') return undefined;
    const record = new AuditRecord({
      decision,
      known: this.known(request, isKnown),
      emit: this.emit,
      now: () => this.parts.clock.now(),
    });
    // A call that brings requests was let in as somebody else before.
    if (impersonator) record.impersonates(user);
    return record;
  }

  /** Sends what is left; resolves when that is done, or takes too long. */
  async close(): Promise<void> {
    if (this.open > 0)
      await new Promise<void>((resolve) => {
        const limit = this.parts.clock.after(closeMilliseconds, resolve);
        this.idle = () => {
          limit.cancel();
          resolve();
        };
      });
    await Promise.all(this.backends.map((backend) => backend.close()));
  }

  private readonly emit = (event: AuditEvent): void => {
    this.metrics.events.inc();
    for (const backend of this.backends) backend.process(event);
  };

  private known(request: Request, isKnown: boolean): ConstructorParameters<typeof AuditRecord>[0]['known'] {
    const { id, info, impersonator, user, received, userAgent, message } = request;
    const { clock } = this.parts;
    return {
      auditID: id,
      requestURI: requestUri(request),
      verb: info.verb,
      user: isKnown ? auditedUser(impersonator ?? user) : {},
      sourceIPs: message && sourceIPs(message.headers, message.socket.remoteAddress),
      userAgent: shownUserAgent(userAgent),
      objectRef: objectReference(info),
      requestReceivedTimestamp: formatMicroTime(clock.now() - (clock.monotonic() - received)),
    };
  }
}

/** Whether an error is none that anybody foresaw, as a panic of upstream's is. */
export const isPanic = (error: unknown): error is Error =>
  !(error instanceof StatusError) && (error instanceof TypeError || error instanceof ReferenceError);
