import type { metav1 } from '@skiff/contracts';

/** How much of a request an event tells: each level more than the one before. */
export const levels = ['None', 'Metadata', 'Request', 'RequestResponse'] as const;
export type Level = (typeof levels)[number];

/** When an event is made. */
export const stages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const;
export type Stage = (typeof stages)[number];

/** Whether what is told at one level is told at another. */
export const includes = (level: Level, wanted: Level): boolean => levels.indexOf(level) >= levels.indexOf(wanted);

export interface AuditedUser {
  readonly username?: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** What a request is about. */
export interface ObjectReference {
  readonly resource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly uid?: string | undefined;
  readonly apiGroup?: string | undefined;
  readonly apiVersion?: string | undefined;
  readonly resourceVersion?: string | undefined;
  readonly subresource?: string | undefined;
}

/**
 * What is told of a request at one stage.
 * Upstream: staging/src/k8s.io/apiserver/pkg/apis/audit/v1/types.go.
 */
export interface AuditEvent {
  readonly level: Level;
  readonly auditID: string;
  readonly stage: Stage;
  readonly requestURI: string;
  readonly verb: string;
  readonly user: AuditedUser;
  readonly impersonatedUser?: AuditedUser | undefined;
  readonly sourceIPs?: readonly string[] | undefined;
  readonly userAgent?: string | undefined;
  readonly objectRef?: ObjectReference | undefined;
  readonly responseStatus?: metav1.Status | undefined;
  /** JSON, as it is to be written. */
  readonly requestObject?: string | undefined;
  /** JSON, as it is to be written. */
  readonly responseObject?: string | undefined;
  /** RFC 3339 with microseconds, as the next. */
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

const apiVersion = 'audit.k8s.io/v1';

/** The JSON of an event, its fields in upstream's order. */
export function encodeEvent({ requestObject, responseObject, ...event }: AuditEvent): string {
  const { requestReceivedTimestamp, stageTimestamp, annotations, ...head } = event;
  const before = JSON.stringify({ kind: 'Event', apiVersion, ...head });
  const after = JSON.stringify({ requestReceivedTimestamp, stageTimestamp, annotations });
  const objects =
    (requestObject === undefined ? '' : `,"requestObject":${requestObject}`) +
    (responseObject === undefined ? '' : `,"responseObject":${responseObject}`);
  return `${before.slice(0, -1)}${objects},${after.slice(1)}`;
}

/** The JSON of many events, from the JSON of each. */
export const encodeEventList = (events: readonly string[]): string =>
  `{"kind":"EventList","apiVersion":"${apiVersion}","metadata":{},"items":[${events.join(',')}]}\n`;

/** Says that an event has lost its objects. */
export const truncatedAnnotation = { key: 'audit.k8s.io/truncated', value: 'true' } as const;

/** The event without the objects that make it large. */
export function withoutObjects({
  requestObject: _,
  responseObject: __,
  annotations,
  ...event
}: AuditEvent): AuditEvent {
  const { key, value } = truncatedAnnotation;
  return { ...event, annotations: { ...annotations, [key]: value } };
}
