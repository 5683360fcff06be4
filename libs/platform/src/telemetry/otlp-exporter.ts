import { Client, credentials, Metadata, status as codes } from '@grpc/grpc-js';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { channelCredentials, tracesChannelOptions, type TlsFiles } from '../rpc/channel';
import { StatusError } from '@skiff/apimachinery';
import type { Clock } from '../clock/clock';
import type { Outage } from './outage';

export interface OtlpExporterOptions {
  /** Such as http://127.0.0.1:4317; https asks for TLS. */
  readonly url: string;
  /** For https; the system's authorities and no certificate when absent. */
  readonly tls: Partial<TlsFiles>;
  readonly timeoutMilliseconds: number;
  readonly clock: Clock;
  /** Learns whether the collector answers. */
  readonly outage: Outage;
}

const method = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const refusals: ReadonlySet<codes> = new Set([codes.UNAUTHENTICATED, codes.PERMISSION_DENIED]);
const defaultPort = 4317;

/**
 * Sends spans by OTLP over gRPC. A batch that does not arrive is dropped; a collector that is back
 * is found within half a second, which the exporter of OpenTelemetry leaves to chance.
 */
export class OtlpExporter implements SpanExporter {
  private readonly client: Client;

  constructor(private readonly options: OtlpExporterOptions) {
    const { protocol, hostname, port } = new URL(options.url);
    const target = `${hostname}:${port || defaultPort}`;
    // The variable is OpenTelemetry's own.
    const caFile = options.tls.caFile ?? process.env['OTEL_EXPORTER_OTLP_CERTIFICATE'];
    const channel =
      protocol === 'https:' ? channelCredentials({ ...options.tls, caFile }, target) : credentials.createInsecure();
    this.client = new Client(target, channel, tracesChannelOptions(target));
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    const { clock, outage, timeoutMilliseconds } = this.options;
    const bytes = Buffer.from(ProtobufTraceSerializer.serializeRequest(spans) ?? []);
    const deadline = clock.now() + timeoutMilliseconds;
    const asItIs = (message: Buffer): Buffer => message;
    this.client.makeUnaryRequest(method, asItIs, asItIs, bytes, new Metadata(), { deadline }, (error) => {
      if (!error) {
        outage.succeeded();
        return done({ code: ExportResultCode.SUCCESS });
      }
      outage.failed(error, refusals.has(error.code) ? 'refuses spans' : undefined);
      // Told of by the outage; what is thrown here would be told of for each batch.
      done({ code: ExportResultCode.FAILED, error: StatusError.from(error) });
    });
  }

  shutdown(): Promise<void> {
    this.client.close();
    return Promise.resolve();
  }
}
