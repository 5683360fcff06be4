import type { TelemetryOptions } from './telemetry';

/** The settings of telemetry that say where spans go; empty is not set. */
interface ExportSettings {
  readonly otlpEndpoint: string;
  readonly otlpCaFile: string;
  readonly otlpCertFile: string;
  readonly otlpKeyFile: string;
  readonly traceSampling: number;
  readonly traceRate: number;
}

/** The files by which a service is a client of others; empty is none. */
interface Identity {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Where the settings send spans to, and as whom: as `identity` unless they name another certificate. */
export function exportOptions(
  settings: ExportSettings,
  identity: Identity,
): Pick<TelemetryOptions, 'otlpEndpoint' | 'sampling' | 'tracesPerSecond' | 'tls'> {
  const { otlpEndpoint, otlpCaFile, otlpCertFile, otlpKeyFile, traceSampling, traceRate } = settings;
  const { certFile, keyFile } = otlpCertFile ? { certFile: otlpCertFile, keyFile: otlpKeyFile } : identity;
  return {
    otlpEndpoint,
    sampling: traceSampling,
    tracesPerSecond: traceRate,
    tls: { ...(otlpCaFile ? { caFile: otlpCaFile } : {}), ...(certFile ? { certFile, keyFile } : {}) },
  };
}
