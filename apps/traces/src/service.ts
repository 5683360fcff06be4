import { GrpcClient } from '@skiff/client-grpc';
import { componentDoors, kubeletGuardTimes, type ComponentDoors } from '@skiff/client-runtime';
import { otlpcollectorv1, skifftracesv1 } from '@skiff/contracts';
import {
  channelCredentials,
  type Clock,
  createGrpcServer,
  type Logger,
  pause,
  serveGrpc,
  serveMetrics,
  serverCredentials,
  type Service,
} from '@skiff/platform';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Config } from './config';
import { collectorHandlers, queryHandlers } from './services';
import { SpanStore } from './store/span-store';

const evictionMilliseconds = 10_000;
/** Of one batch of spans. */
const maxMessageBytes = 16 << 20;

export interface TracesServiceParts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of the port that is served. */
  readonly listening?: (port: number) => void;
}

/** Takes spans and answers queries, on one gRPC port. */
export function tracesService({ clock, logger, listening }: TracesServiceParts, config: Config): Service {
  const store = new SpanStore({ maxSpans: config.maxSpans, maxAgeMilliseconds: config.maxAge, clock });
  return {
    logger,
    async run(signal) {
      const { doors, close } = doorsOf(config, clock, logger);
      const { server } = createGrpcServer({
        'grpc.max_receive_message_length': maxMessageBytes,
        interceptors: doors.calls.guard ? [doors.calls.guard] : [],
      });
      server.addService(otlpcollectorv1.TraceServiceService, collectorHandlers(store, doors.guard));
      server.addService(skifftracesv1.TraceQueryServiceService, queryHandlers(store));
      const health = (): undefined => undefined;
      const registry = metrics(store);
      await serveMetrics({ address: config.metricsAddress, registry, health, ...doors.metrics }, signal);
      const port = await serveGrpc(server, config.listen, serverCredentials(doors.calls.tls), signal);
      logger.info('listening', { port });
      listening?.(port);
      while (!signal.aborted) {
        await pause(clock, evictionMilliseconds, signal);
        store.evict();
      }
      close();
    },
  };
}

/**
 * With a certificate, whoever is to write spans or ask for them is asked for whether they may. The API server's word
 * holds for minutes, so that spans go on coming in while it is away.
 */
function doorsOf(config: Config, clock: Clock, logger: Logger): { doors: ComponentDoors; close(): void } {
  if (!config.servingCertFile) return { doors: { calls: {}, metrics: {} }, close: () => undefined };
  const { apiServer: target } = config;
  const client = new GrpcClient({
    target,
    credentials: channelCredentials(config, target),
    userAgent: 'skiff-traces',
    logger,
  });
  return {
    doors: componentDoors({ ...config, client, clock, times: kubeletGuardTimes }),
    close: () => client.close(),
  };
}

function metrics(store: SpanStore): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'skiff_traces_spans',
    help: 'Spans that are kept.',
    registers: [registry],
    collect() {
      this.set(store.size);
    },
  });
  return registry;
}
