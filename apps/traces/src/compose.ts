import { otlpcollectorv1, skifftracesv1 } from '@skiff/contracts';
import {
  createGrpcServer,
  createLogger,
  serveGrpc,
  serveMetrics,
  serverCredentials,
  type Clock,
  type Logger,
  type Service,
} from '@skiff/platform';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Config } from './config';
import { collectorHandlers, queryHandlers } from './services';
import { SpanStore } from './store/span-store';

const evictionMilliseconds = 10_000;

/** The service: one gRPC port for spans and for queries. `listening` is told which. */
export function compose(
  config: Config,
  clock: Clock,
  logger: Logger = createLogger({ name: 'traces', level: config.logLevel, format: config.logFormat }),
  listening: (port: number) => void = () => undefined,
): Service {
  const store = new SpanStore({ maxSpans: config.maxSpans, maxAgeMilliseconds: config.maxAge, clock });
  return {
    logger,
    async run(signal) {
      const { server } = createGrpcServer();
      server.addService(otlpcollectorv1.TraceServiceService, collectorHandlers(store));
      server.addService(skifftracesv1.TraceQueryServiceService, queryHandlers(store));
      await serveMetrics({ address: config.metricsAddress, registry: metrics(store), health: () => undefined }, signal);
      const port = await serveGrpc(server, config.listen, serverCredentials(tlsOf(config)), signal);
      logger.info('listening', { port });
      listening(port);
      while (!signal.aborted) {
        await clock.sleep(evictionMilliseconds, signal).catch((error: unknown) => {
          if (!signal.aborted) throw error;
        });
        store.evict();
      }
    },
  };
}

function tlsOf(config: Config): { certFile: string; keyFile: string; clientCaFile?: string } | undefined {
  if (config.tlsCertFile === '') return undefined;
  const ca = config.clientCaFile === '' ? {} : { clientCaFile: config.clientCaFile };
  return { certFile: config.tlsCertFile, keyFile: config.tlsKeyFile, ...ca };
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
