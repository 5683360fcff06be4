import { trace, type Tracer } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

export interface TelemetryOptions {
  /** The service's name, as in `service.name`. */
  readonly service: string;
  /** Where spans go by OTLP over gRPC, such as http://127.0.0.1:4317; absent keeps tracing off. */
  readonly otlpEndpoint?: string | undefined;
  /** The share of new traces that are kept, 0 to 1. Default: 1. */
  readonly sampling?: number;
}

export interface Telemetry {
  readonly tracer: Tracer;
  /** Sends what is left and stops; takes 2 s at most. */
  shutdown(): Promise<void>;
}

/** Starts tracing. Without an endpoint, spans cost next to nothing and go nowhere. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  if (!options.otlpEndpoint) return { tracer: trace.getTracer(options.service), shutdown: () => Promise.resolve() };
  const exporter = new OTLPTraceExporter({ url: options.otlpEndpoint, timeoutMillis: 2_000 });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': options.service }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(options.sampling ?? 1) }),
    spanProcessors: [
      new BatchSpanProcessor(exporter, { scheduledDelayMillis: 500, maxQueueSize: 8_192, exportTimeoutMillis: 2_000 }),
    ],
  });
  provider.register();
  return { tracer: trace.getTracer(options.service), shutdown: () => provider.shutdown() };
}
