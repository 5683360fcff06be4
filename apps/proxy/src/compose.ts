import { hostname } from 'node:os';
import { ClientMetrics, GrpcClient } from '@skiff/client-grpc';
import { componentDoors, Informer } from '@skiff/client-runtime';
import { Kinds, type corev1 } from '@skiff/contracts';
import {
  channelCredentials,
  createLogger,
  exportOptions,
  quietOutages,
  serveHealth,
  serveHealthz,
  serveMetrics,
  startTelemetry,
  systemClock,
  type Service,
} from '@skiff/platform';
import { HealthCheckServers, Proxier, runCommand, runProxyLoop, type SyncResult } from '@skiff/proxy';
import { Registry } from 'prom-client';
import type { Config } from './config';
import { ProxyMetrics } from './metrics';
import { prepareNode } from './node';

/** Wires the proxy; nothing runs before `run`. */
export function compose(config: Config): Service {
  const log = createLogger({ name: 'proxy', level: config.logLevel, format: config.logFormat });
  const logger = quietOutages(log);
  const clock = systemClock;
  const nodeName = config.nodeName || hostname().toLowerCase();
  const { tracer, shutdown } = startTelemetry({
    service: 'proxy',
    instance: nodeName,
    ...exportOptions(config, config),
    logger: log,
  });
  const registry = new Registry();
  const metrics = new ProxyMetrics(registry, clock);
  const client = new GrpcClient({
    target: config.apiServer,
    credentials: channelCredentials(config, config.apiServer),
    userAgent: 'kube-proxy',
    logger: log,
    metrics: new ClientMetrics({ registry, target: config.apiServer, clock: systemClock }),
  });
  const doors = componentDoors({ ...config, client, clock });
  const services = new Informer(client, Kinds.Service, { clock, logger });
  const slices = new Informer(client, Kinds.EndpointSlice, {
    labelSelector: 'kubernetes.io/service-name',
    clock,
    logger,
  });
  const node = new Informer<corev1.Node>(client, Kinds.Node, {
    fieldSelector: `metadata.name=${nodeName}`,
    clock,
    logger,
  });
  const healthChecks = new HealthCheckServers(logger);
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
    logger: log,
    async run(signal) {
      await serveHealth(config.grpcAddress, signal, doors.calls);
      const health = (): string | undefined => (metrics.hasSynced ? undefined : 'the rules have not been synced yet');
      await serveMetrics({ address: config.metricsAddress, registry, health, ...doors.metrics }, signal);
      if (config.healthzAddress !== config.metricsAddress)
        await serveHealthz({ address: config.healthzAddress, health }, signal);
      await prepareNode(logger);
      await Promise.all([services.start(signal), slices.start(signal), node.start(signal)]);
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
        synced(result: SyncResult, milliseconds: number): void {
          metrics.synced(result, milliseconds);
          void healthChecks.sync(result.ports);
        },
        failed: metrics.failed,
        wakeups: (wake: () => void): void => followZone(node, proxier, wake),
      };
      await runProxyLoop(loop, signal);
      await healthChecks.close();
      if (config.cleanup) await proxier.cleanup();
      client.close();
      await shutdown();
    },
  };
}

const zoneLabel = 'topology.kubernetes.io/zone';

/** Tells the proxier the zone of its node, now and whenever it changes. */
function followZone(node: Informer<corev1.Node>, proxier: Proxier, wake: () => void): void {
  let zone: string | undefined;
  const look = ({ metadata }: corev1.Node): void => {
    const label = metadata?.labels?.[zoneLabel];
    if (label === zone) return;
    zone = label;
    proxier.setZone(zone);
    wake();
  };
  node.subscribe({ added: look, updated: (_old, changed) => look(changed) });
}
