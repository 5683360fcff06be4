import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { ClientMetrics, GrpcClient } from '@skiff/client-grpc';
import { componentDoors, runLeaderElection } from '@skiff/client-runtime';
import { ControllerMetrics, startControllers, type StartControllersOptions } from '@skiff/controllers';
import {
  channelCredentials,
  createLogger,
  exportOptions,
  quietOutages,
  serveHealth,
  serveMetrics,
  startTelemetry,
  systemClock,
  type Service,
} from '@skiff/platform';
import { Registry } from 'prom-client';
import type { Config } from './config';

const lease = { namespace: 'kube-system', name: 'kube-controller-manager' };

/** Wires the controller manager; nothing runs before `run`. */
export function compose(config: Config): Service {
  const log = createLogger({ name: 'controller-manager', level: config.logLevel, format: config.logFormat });
  const logger = quietOutages(log);
  const telemetry = startTelemetry({
    service: 'controller-manager',
    ...exportOptions(config, config),
    logger: log,
  });
  const registry = new Registry();
  const client = new GrpcClient({
    target: config.apiServer,
    credentials: channelCredentials(config, config.apiServer),
    userAgent: 'kube-controller-manager',
    logger: log,
    metrics: new ClientMetrics({ registry, target: config.apiServer, clock: systemClock }),
  });
  const doors = componentDoors({ ...config, client, clock: systemClock });
  const options: StartControllersOptions = {
    client,
    clock: systemClock,
    logger,
    tracer: telemetry.tracer,
    metrics: new ControllerMetrics(registry),
    controllers: config.controllers,
    rootCa: readFileSync(config.rootCaFile || config.caFile, 'utf8'),
    ...(config.allocateNodeCidrs && {
      nodeIpam: { clusterCidr: config.clusterCidr, nodePrefix: config.nodeCidrMaskSize },
    }),
    nodeLifecycle: {
      gracePeriod: config.nodeMonitorGracePeriod,
      startupGracePeriod: config.nodeStartupGracePeriod,
      monitorPeriod: config.nodeMonitorPeriod,
      evictionRate: config.nodeEvictionRate,
    },
    podGc: { terminatedThreshold: config.terminatedPodGcThreshold, period: 20_000, quarantine: 40_000 },
    maxEndpointsPerSlice: config.maxEndpointsPerSlice,
    mirroringMaxEndpointsPerSubset: config.mirroringMaxEndpointsPerSubset,
    ...(config.serviceAccountPrivateKeyFile && {
      serviceAccountPrivateKey: readFileSync(config.serviceAccountPrivateKeyFile, 'utf8'),
    }),
    ...(config.clusterSigningCertFile && {
      signing: {
        authority: {
          certificate: readFileSync(config.clusterSigningCertFile, 'utf8'),
          key: readFileSync(config.clusterSigningKeyFile, 'utf8'),
        },
        duration: config.clusterSigningDuration,
      },
    }),
  };
  return {
    logger: log,
    async run(signal) {
      await serveHealth(config.grpcAddress, signal, doors.calls);
      const health = (): undefined => undefined;
      await serveMetrics({ address: config.metricsAddress, registry, health, ...doors.metrics }, signal);
      if (config.leaderElect) await lead(config, options, signal);
      else await startControllers(options, signal);
      await telemetry.shutdown();
    },
  };
}

function lead(config: Config, options: StartControllersOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, logger } = options;
  return runLeaderElection({
    client,
    lease,
    identity: `${hostname()}_${randomUUID()}`,
    leaseDurationMilliseconds: config.leaderElectLeaseDuration,
    renewDeadlineMilliseconds: config.leaderElectRenewDeadline,
    retryPeriodMilliseconds: config.leaderElectRetryPeriod,
    onStartedLeading: (leading) => startControllers(options, leading),
    onStoppedLeading: () => logger.info('no longer leading', { lease: lease.name }),
    clock,
    logger,
    signal,
  });
}
