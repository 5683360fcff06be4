import type { Tracer } from '@opentelemetry/api';
import type { Registry } from 'prom-client';
import { AdmissionMetrics } from './admission-metrics';
import { AdmissionChain, type Admission } from './chain';
import { phasesOf } from './phases';
import type { AdmissionPlugin } from './plugin';
import { traceAdmission, tracePlugins } from './traced-admission';

export interface AdmissionTelemetry {
  readonly metrics: Registry;
  readonly tracer: Tracer;
  /** In milliseconds. */
  readonly monotonic: () => number;
}

/** Runs plugins in the order given, and shows in metrics and traces how long they take. */
export function createAdmission(
  plugins: readonly AdmissionPlugin[],
  { metrics, tracer, monotonic }: AdmissionTelemetry,
): Admission {
  const phases = phasesOf(tracePlugins(plugins, tracer, monotonic));
  return traceAdmission(new AdmissionChain(phases, new AdmissionMetrics(metrics, monotonic)), tracer);
}
