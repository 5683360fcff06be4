/** A span as it is kept. */
export interface StoredSpan {
  /** Hexadecimal, as in a traceparent. */
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first span of a trace. */
  readonly parentSpanId: string;
  readonly service: string;
  readonly name: string;
  /** Microseconds since the epoch. */
  readonly startMicros: number;
  readonly durationMicros: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** What went wrong; empty when nothing did. */
  readonly error: string;
  /** Ids of the spans that it follows from, across asynchronous hops. */
  readonly links: readonly string[];
}

/** Identifies a span within all traces. */
export function idOf(traceId: string, spanId: string): string {
  return `${traceId}-${spanId}`;
}
