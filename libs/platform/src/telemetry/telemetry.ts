import type { Tracer } from '@opentelemetry/api';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { channelCredentials, type TlsFiles } from '../rpc/channel';
import type { Logger } from './logger';
import { offTracer } from './off-tracer';

export interface TelemetryOptions {
  /** The service's name, as in `service.name`. */
  readonly service: string;
  /** Tells instances of a service apart, such as the node's name: `service.instance.id`. */
  readonly instance?: string | undefined;
  /** Where spans go by OTLP over gRPC, such as http://127.0.0.1:4317; absent or empty keeps tracing off. */
  readonly otlpEndpoint?: string | undefined;
  /** The share of new traces that are kept, 0 to 1; the decision of a caller is followed. Default: 1. */
  readonly sampling?: number;
  /** For an https endpoint; the system's authorities and no certificate when absent. */
  readonly tls?: TlsFiles | undefined;
  /** Told when the collector is lost and when it is back. */
  readonly logger?: Logger;
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
 */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  if (!options.otlpEndpoint && !options.exporter) return { tracer: offTracer, shutdown: () => Promise.resolve() };
  const exporter = new WatchedExporter(options.exporter ?? otlpExporter(options), options.logger);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.service,
      ...(options.instance ? { 'service.instance.id': options.instance } : {}),
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampling ?? 1) }),
    spanProcessors: [
      new BatchSpanProcessor(exporter, {
        scheduledDelayMillis: 500,
        maxQueueSize: 8_192,
        exportTimeoutMillis: exportMilliseconds,
      }),
    ],
  });
  provider.register();
  return { tracer: provider.getTracer(options.service), shutdown: () => withinLimit(provider.shutdown()) };
}

function otlpExporter(options: TelemetryOptions): SpanExporter {
  const { otlpEndpoint: url = '', tls } = options;
  const credentials = url.startsWith('https:') && tls ? { credentials: channelCredentials(tls) } : {};
  return new OTLPTraceExporter({ url, timeoutMillis: exportMilliseconds, ...credentials });
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

/** Logs when sending begins to fail and when it works again, rather than every time. */
class WatchedExporter implements SpanExporter {
  private failing = false;

  constructor(
    private readonly inner: SpanExporter,
    private readonly logger: Logger | undefined,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.inner.export(spans, (result) => {
      const failed = result.code !== ExportResultCode.SUCCESS;
      if (failed && !this.failing) this.logger?.warn('spans cannot be sent and are dropped', { error: result.error });
      if (!failed && this.failing) this.logger?.info('spans are sent again');
      this.failing = failed;
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }

  forceFlush(): Promise<void> {
    return this.inner.forceFlush?.() ?? Promise.resolve();
  }
}
