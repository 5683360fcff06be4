import type { Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { systemClock, type Clock } from '../clock/clock';
import type { TlsFiles } from '../rpc/channel';
import { Beginnings } from './trace-beginnings';
import { CausalSampler } from './causal-sampler';
import { FrugalTracer } from './frugal-tracer';
import type { Logger } from './logger';
import { offTracer } from './off-tracer';
import { OtlpExporter } from './otlp-exporter';
import { Outage } from './outage';

export interface TelemetryOptions {
  /** The service's name, as in `service.name`. */
  readonly service: string;
  /** Tells instances of a service apart, such as the node's name: `service.instance.id`. */
  readonly instance?: string | undefined;
  /** Where spans go by OTLP over gRPC, such as http://127.0.0.1:4317; absent or empty keeps tracing off. */
  readonly otlpEndpoint?: string | undefined;
  /** The share of new traces that are kept, 0 to 1; the decision of a caller or a cause is followed. Default: 1. */
  readonly sampling?: number;
  /** New traces of one operation that are kept a second in the long run; 0 is no limit. Default: 0. */
  readonly tracesPerSecond?: number;
  /** For an https endpoint; the system's authorities and no certificate when absent. */
  readonly tls?: Partial<TlsFiles>;
  /** Told when the collector is lost and when it is back. */
  readonly logger?: Logger;
  readonly clock?: Clock;
  /**
   * For a service that is asked for more than can be traced: makes what is not traced cost next to nothing. Default:
   * false.
   */
  readonly isFrugal?: boolean;
  /** Takes the spans in place of OTLP. */
  readonly exporter?: SpanExporter;
}

export interface Telemetry {
  readonly tracer: Tracer;
  /** Sends what is left and stops; takes 2 s at most. */
  shutdown(): Promise<void>;
}

const exportMilliseconds = 2_000;

/**
 * Starts tracing. Spans leave in batches, in the background; while the collector is
 * down or slow they are dropped beyond a bound. Without an endpoint no span is made.
 * Which span is active is known only where the process follows contexts (see followContexts).
 */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  if (!options.otlpEndpoint && !options.exporter) return { tracer: offTracer, shutdown: () => Promise.resolve() };
  const { otlpEndpoint: url = '', tls = {}, clock = systemClock, logger } = options;
  const outage = new Outage({ peer: 'the collector of traces', fields: { url }, clock, logger });
  const exporter =
    options.exporter ?? new OtlpExporter({ url, tls, timeoutMilliseconds: exportMilliseconds, clock, outage });
  const { sampling: share = 1, tracesPerSecond: perSecond = 0, isFrugal = false } = options;
  const beginnings = new Beginnings({ share, perSecond, clock });
  const mayBegin = beginnings.mayBegin.bind(beginnings);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.service,
      ...(options.instance ? { 'service.instance.id': options.instance } : {}),
    }),
    sampler: new CausalSampler(isFrugal ? () => true : mayBegin),
    spanProcessors: [
      new BatchSpanProcessor(exporter, {
        scheduledDelayMillis: 500,
        maxQueueSize: 8_192,
        exportTimeoutMillis: exportMilliseconds,
      }),
    ],
  });
  const tracer = provider.getTracer(options.service);
  return {
    tracer: isFrugal ? new FrugalTracer(tracer, mayBegin) : tracer,
    shutdown: () => withinLimit(provider.shutdown()),
  };
}

/** A collector that does not answer must not hold up the end of a service, nor fail it. */
function withinLimit(flushed: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, exportMilliseconds);
    const settle = (): void => {
      clearTimeout(timer);
      resolve();
    };
    // Lost spans have been logged by the exporter.
    flushed.then(settle, settle);
  });
}
