import { encodeEvent, withoutObjects, type AuditEvent } from './event';

export interface TruncateOptions {
  /** Of an event, in bytes: a larger one loses its objects, and is given up when that is not enough. */
  readonly maxEventSize: number;
  /** Of the events that are sent together, in bytes. */
  readonly maxBatchSize: number;
}

/** Upstream's defaults of `--audit-*-truncate-max-event-size` and `--audit-*-truncate-max-batch-size`. */
export const defaultTruncateOptions: TruncateOptions = { maxEventSize: 100 << 10, maxBatchSize: 10 << 20 };

/**
 * The JSON of an event within a size; undefined where there is none.
 * Upstream: staging/src/k8s.io/apiserver/plugin/pkg/audit/truncate/truncate.go.
 */
export function encodeWithin(event: AuditEvent, most: number): string | undefined {
  const whole = encodeEvent(event);
  if (Buffer.byteLength(whole) <= most) return whole;
  const rest = encodeEvent(withoutObjects(event));
  return Buffer.byteLength(rest) <= most ? rest : undefined;
}
