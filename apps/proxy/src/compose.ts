import { hostname } from 'node:os';
import { GrpcClient, Informer } from '@skiff/client';
import { Kinds } from '@skiff/contracts';
import {
  channelCredentials,
  createLogger,
  serveMetrics,
  startTelemetry,
  systemClock,
  type Service,
} from '@skiff/platform';
import { Proxier, runCommand, runProxyLoop } from '@skiff/proxy';
import { Registry } from 'prom-client';
import type { Config } from './config';
import { ProxyMetrics } from './metrics';
import { prepareNode } from './node';

/** Wires the proxy; nothing runs before `run`. */
export function compose(config: Config): Service {
  const logger = createLogger({ name: 'proxy', level: config.logLevel, format: config.logFormat });
  const clock = systemClock;
  const nodeName = config.nodeName || hostname().toLowerCase();
  const { tracer, shutdown } = startTelemetry({
    service: 'proxy',
    instance: nodeName,
    otlpEndpoint: config.otlpEndpoint || undefined,
    sampling: config.traceSampling,
  });
  const registry = new Registry();
  const metrics = new ProxyMetrics(registry, clock);
  const client = new GrpcClient({
    target: config.apiServer,
    credentials: channelCredentials({
      caFile: config.caFile,
      certFile: config.certFile || undefined,
      keyFile: config.keyFile || undefined,
    }),
    userAgent: 'kube-proxy',
  });
  const services = new Informer(client, Kinds.Service, { clock, logger });
  const slices = new Informer(client, Kinds.EndpointSlice, {
    labelSelector: 'kubernetes.io/service-name',
    clock,
    logger,
  });
  const proxier = new Proxier({
    nodeName,
    rules: {
      table: config.table,
      masqueradeBit: 2 ** config.masqueradeBit,
      ...(config.clusterCidr === '' ? {} : { clusterCIDR: config.clusterCidr }),
      ...(config.nodePortAddresses.length === 0 ? {} : { nodePortAddresses: config.nodePortAddresses }),
    },
    run: runCommand,
    logger,
  });
  return {
    logger,
    async run(signal) {
      const health = (): string | undefined => (metrics.hasSynced ? undefined : 'the rules have not been synced yet');
      for (const address of new Set([config.metricsAddress, config.healthzAddress])) {
        await serveMetrics({ address, registry, health }, signal);
      }
      await prepareNode(logger);
      await Promise.all([services.start(signal), slices.start(signal)]);
      logger.info('routing services', { node: nodeName, services: services.list().length });
      const loop = {
        services,
        slices,
        proxier,
        clock,
        logger,
        tracer,
        minSyncMilliseconds: config.minSyncPeriod,
        checkMilliseconds: config.syncPeriod,
        synced: metrics.synced,
      };
      await runProxyLoop(loop, signal);
      if (config.cleanup) await proxier.cleanup();
      client.close();
      await shutdown();
    },
  };
}
