import { ClientMetrics, GrpcClient } from '@skiff/client-grpc';
import {
  channelCredentials,
  createLogger,
  exportOptions,
  followContexts,
  quietOutages,
  startTelemetry,
  systemClock,
  systemRandom,
  type apiClientSettings,
  type ConfigOf,
  type Service,
  type telemetrySettings,
} from '@skiff/platform';
import { Registry } from 'prom-client';
import type { ComponentParts } from './component-parts';

/** Who a component is. */
export interface ComponentIdentity {
  /** In logs and traces. */
  readonly service: string;
  /** To the API server; part of the name of its field manager. */
  readonly userAgent: string;
  /** Tells several of a service apart, such as the node's name. */
  readonly instance?: string;
}

type ComponentSettings = ConfigOf<ReturnType<typeof apiClientSettings>> & ConfigOf<typeof telemetrySettings>;

/**
 * A component as the whole of a process: makes its parts of the settings, runs it until the signal aborts, and gives
 * the parts up.
 */
export function componentService(
  { service, userAgent, instance }: ComponentIdentity,
  config: ComponentSettings,
  run: (parts: ComponentParts, signal: AbortSignal) => Promise<void>,
): Service {
  const logger = createLogger({ name: service, level: config.logLevel, format: config.logFormat });
  const clock = systemClock;
  followContexts();
  const telemetry = startTelemetry({ service, instance, ...exportOptions(config, config), logger });
  const metrics = new Registry();
  const client = new GrpcClient({
    target: config.apiServer,
    credentials: channelCredentials(config, config.apiServer),
    userAgent,
    logger,
    metrics: new ClientMetrics({ registry: metrics, target: config.apiServer, clock }),
  });
  // The client tells of the API server's outages.
  const quiet = quietOutages(logger);
  const parts = { client, clock, random: systemRandom, logger: quiet, tracer: telemetry.tracer, metrics };
  return {
    logger,
    async run(signal) {
      try {
        await run(parts, signal);
      } finally {
        client.close();
        await telemetry.shutdown();
      }
    },
  };
}
