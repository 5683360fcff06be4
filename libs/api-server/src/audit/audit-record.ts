import type { ApiObject, Json, StatusError } from '@skiff/apimachinery';
import { writeJson, type Kind, type metav1 } from '@skiff/contracts';
import { formatMicroTime } from '@skiff/platform';
import type { UserInfo } from '../auth/user';
import type { Outcome } from '../request/outcome';
import type { RequestAudit } from '../request/request-audit';
import { answeredJson, sentJson, statusJson } from './audited-objects';
import { auditedUser, referenceOf } from './describe-request';
import { includes, truncatedAnnotation, type AuditEvent, type ObjectReference, type Stage } from './event';
import type { AuditDecision } from './policy';

/** Of an object that an event tells, in characters: a larger one is left out, and the event says so. */
const mostObjectCharacters = 4 << 20;
/** Of all annotations of an event, in characters. */
const mostAnnotationCharacters = 64 << 10;

export interface RecordParts {
  readonly decision: AuditDecision;
  /** What is known of the request when it arrives. */
  readonly known: Omit<AuditEvent, 'stage' | 'stageTimestamp' | 'level'>;
  /** Takes each event. */
  readonly emit: (event: AuditEvent) => void;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
}

/** What is told of one request, while it is under way. */
export class AuditRecord implements RequestAudit {
  private readonly annotations = new Map<string, string>();
  private annotationCharacters = 0;
  private objectRef: ObjectReference | undefined;
  private impersonatedUser: UserInfo | undefined;
  private sentText: string | undefined;
  private answeredText: string | undefined;
  private status: metav1.Status | undefined;
  private hasStarted = false;

  constructor(private readonly parts: RecordParts) {
    this.objectRef = parts.known.objectRef;
  }

  /** It has arrived. */
  received(): void {
    this.emit('RequestReceived', this.parts.known.requestReceivedTimestamp);
  }

  /** Notes something that whoever reads the log wants to know; what a key says first stays. */
  readonly annotate = (key: string, value: string): void => {
    this.annotationCharacters += key.length + value.length;
    if (this.annotations.has(key) || this.annotationCharacters > mostAnnotationCharacters) return;
    this.annotations.set(key, value);
  };

  /** Somebody else is acted for. */
  impersonates(user: UserInfo): void {
    this.impersonatedUser = user;
  }

  /**
   * What was sent. Upstream notes here, too, what the path does not say of the object.
   * Upstream: LogRequestObject in staging/src/k8s.io/apiserver/pkg/audit/request.go.
   */
  requestObject(kind: Kind<ApiObject>, object: ApiObject): void {
    const { namespace, name, uid, resourceVersion } = object.metadata ?? {};
    this.objectRef = referenceOf({ namespace, name, uid, resourceVersion, ...this.objectRef });
    if (this.tells('Request')) this.note(sentJson(kind, object, this.parts.decision.omitManagedFields));
  }

  /** The patch that was sent, or other JSON that is no object of the resource. */
  requestJson(value: Json | object): void {
    if (this.tells('Request')) this.note(writeJson(value));
  }

  /** An answer that lasts has begun. */
  started(code: number): void {
    if (this.hasStarted) return;
    this.hasStarted = true;
    this.status = { metadata: {}, code };
    this.emit('ResponseStarted');
  }

  /** It went well. */
  completed(outcome: Outcome, code: number): void {
    const success =
      outcome.type === 'status' ? { metadata: {}, ...shown(outcome.status), code } : { metadata: {}, code };
    this.status ??= success;
    if (this.tells('RequestResponse')) {
      const { json, isTooLarge } = answeredJson(outcome, this.parts.decision.omitManagedFields, mostObjectCharacters);
      this.answeredText = json;
      if (isTooLarge) this.truncated();
    }
    this.emit('ResponseComplete');
  }

  /** It was refused, or failed. */
  failed(failure: StatusError): void {
    this.fails(failure, 'ResponseComplete');
  }

  /** It was refused before it was known what it is about. */
  refused(failure: StatusError): void {
    this.fails(failure, 'ResponseStarted');
  }

  /** Who makes it could not be found out. */
  unknown(message: string): void {
    this.status = { metadata: {}, message, code: 401 };
    this.emit('ResponseStarted');
  }

  /** The server itself is at fault. */
  panicked(message: string): void {
    this.status = {
      metadata: {},
      status: 'Failure',
      message: `APIServer panic'd: ${message}`,
      reason: 'InternalError',
      code: 500,
    };
    this.emit('Panic');
  }

  private fails(failure: StatusError, stage: Stage): void {
    const status = failure.toStatus();
    this.status = { metadata: {}, ...shown(status), code: failure.code };
    if (this.tells('RequestResponse')) this.answeredText = statusJson(status);
    this.emit(stage);
  }

  private tells(level: 'Request' | 'RequestResponse'): boolean {
    return includes(this.parts.decision.level, level);
  }

  private note(json: string): void {
    if (json.length > mostObjectCharacters) this.truncated();
    else this.sentText = json;
  }

  private truncated(): void {
    this.annotate(truncatedAnnotation.key, truncatedAnnotation.value);
  }

  private emit(stage: Stage, at = formatMicroTime(this.parts.now())): void {
    const { decision, known, emit } = this.parts;
    if (decision.omitStages.has(stage)) return;
    const { auditID, requestURI, verb, user, sourceIPs, userAgent, requestReceivedTimestamp } = known;
    emit({
      level: decision.level,
      auditID,
      stage,
      requestURI,
      verb,
      user,
      impersonatedUser: this.impersonatedUser && auditedUser(this.impersonatedUser),
      sourceIPs,
      userAgent,
      objectRef: this.objectRef,
      responseStatus: this.status,
      requestObject: this.sentText,
      responseObject: this.answeredText,
      requestReceivedTimestamp,
      stageTimestamp: at,
      annotations: this.annotations.size > 0 ? sortedEntries(this.annotations) : undefined,
    });
  }
}

/** What an event says of a status: its bounded fields, without its kind. */
function shown({ status, message, reason, details }: metav1.Status): Partial<metav1.Status> {
  return {
    ...(status === undefined ? {} : { status }),
    ...(message === undefined ? {} : { message }),
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
  };
}

/** A map as Go writes it. */
const sortedEntries = (map: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
