import { randomBytes, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { ClientMetrics, GrpcClient } from '@skiff/client-grpc';
import { componentDoors, type ComponentDoors, runLeaderElection } from '@skiff/client-runtime';
import {
  channelCredentials,
  createGrpcServer,
  createLogger,
  exportOptions,
  quietOutages,
  serveGrpc,
  serveMetrics,
  serverCredentials,
  startTelemetry,
  systemClock,
  type Service,
} from '@skiff/platform';
import { addExplainService, loadPlugins, Scheduler, SchedulerMetrics } from '@skiff/scheduler';
import { Registry } from 'prom-client';
import type { Config } from './config';
import { explainAccess, explainMethod } from './explain-access';

const lease = { namespace: 'kube-system', name: 'kube-scheduler' };

/** Wires the scheduler; nothing runs before `run`. */
export function compose(config: Config): Service {
  const log = createLogger({ name: 'scheduler', level: config.logLevel, format: config.logFormat });
  const logger = quietOutages(log);
  const telemetry = startTelemetry({
    service: 'scheduler',
    ...exportOptions(config, config),
    logger: log,
  });
  const registry = new Registry();
  const client = new GrpcClient({
    target: config.apiServer,
    credentials: channelCredentials(config, config.apiServer),
    userAgent: 'kube-scheduler',
    logger: log,
    metrics: new ClientMetrics({ registry, target: config.apiServer, clock: systemClock }),
  });
  const metrics = new SchedulerMetrics(registry);
  const doors = componentDoors({ ...config, client, clock: systemClock, handledMethods: [explainMethod] });
  let current: Scheduler | undefined;
  /** Schedules with nothing from before: what a former leader knew may be wrong by now. */
  const schedule = (signal: AbortSignal): Promise<void> => {
    current = new Scheduler({
      client,
      clock: systemClock,
      logger,
      tracer: telemetry.tracer,
      metrics,
      config: config.scheduling,
      plugins: loadPlugins(config.plugins),
      random,
    });
    return current.run(signal);
  };
  const explained = { explain: (namespace: string, name: string) => current?.explain(namespace, name) };
  return {
    logger: log,
    async run(signal) {
      const health = (): undefined => undefined;
      await serveMetrics({ address: config.metricsAddress, registry, health, ...doors.metrics }, signal);
      await serveExplain(config.grpcAddress, doors, explained, signal);
      if (config.leaderElect) await lead(config, client, schedule, signal, logger);
      else await schedule(signal);
      await telemetry.shutdown();
    },
  };
}

function lead(
  config: Config,
  client: GrpcClient,
  schedule: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  logger: Service['logger'],
): Promise<void> {
  return runLeaderElection({
    client,
    lease,
    identity: `${hostname()}_${randomUUID()}`,
    leaseDurationMilliseconds: config.leaderElectLeaseDuration,
    renewDeadlineMilliseconds: config.leaderElectRenewDeadline,
    retryPeriodMilliseconds: config.leaderElectRetryPeriod,
    onStartedLeading: schedule,
    onStoppedLeading: () => logger.info('no longer leading', { lease: lease.name }),
    clock: systemClock,
    logger,
    signal,
  });
}

async function serveExplain(
  address: string,
  { calls, guard }: ComponentDoors,
  scheduler: Pick<Scheduler, 'explain'>,
  signal: AbortSignal,
): Promise<void> {
  if (!address) return;
  const { server } = createGrpcServer({ interceptors: calls.guard ? [calls.guard] : [] });
  // Without a certificate it is on loopback alone, where nobody shows who they are.
  addExplainService(server, scheduler, guard ? explainAccess(guard) : () => Promise.resolve());
  await serveGrpc(server, address, serverCredentials(calls.tls), signal);
}

/** A number from 0 up to 1, read from a pool of random bytes. */
const random = ((): (() => number) => {
  let pool = randomBytes(4_096);
  let position = 0;
  return () => {
    if (position + 4 > pool.length) {
      pool = randomBytes(4_096);
      position = 0;
    }
    const value = pool.readUInt32LE(position) / 2 ** 32;
    position += 4;
    return value;
  };
})();
