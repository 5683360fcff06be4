import { boundedLogger, type Logger } from '@skiff/platform';
import { repairAllocations } from '../allocators/repair-loop';
import { registerApiServices } from '../bootstrap/register-api-services';
import { keepProgress } from '../cache/progress';
import { listenOn } from '../transports/listener';
import { bootstrap } from './bootstrap';
import { discoverInProcess, handleInProcess } from './in-process';
import { KubernetesService } from './kubernetes-service';
import type { ApiServer, ApiServerOptions } from './options';
import { createRequestPath } from './request-path';
import { createStoredCluster, type StoredCluster } from './stored-cluster';

/** How long a server that stops waits for requests that it has begun. */
const drainMilliseconds = 3_000;

/** Of each message: enough to see what goes on, and too few to fill a disk. */
const logBound = { burst: 100, perSecond: 2 };

/** Puts the API server together: resolves when its caches are filled and the cluster's first objects are there. */
export async function createApiServer(options: ApiServerOptions, signal: AbortSignal): Promise<ApiServer> {
  const { clock, tls, requestHeader } = options;
  const logger = boundedLogger(options.logger, clock, logBound);
  const cluster = createStoredCluster(options, logger, signal);
  const { registry, connectService } = cluster;
  const service = await prepareCluster(options, cluster, logger, signal);
  const { http, grpc, local, served, draining, auditor } = await createRequestPath(options, cluster, logger, signal);
  const leave = async (): Promise<void> => {
    await service.withdraw().catch((error: unknown) => logger.warn('the endpoints stay as they are', { error }));
    await draining.drained(drainMilliseconds, clock);
  };
  const otherClientCas = requestHeader ? [requestHeader.clientCa] : [];
  const running = listenOn({ tls, otherClientCas, http, grpc, leave, clock, logger });
  await registerApiServices(registry, { clock, logger, signal });
  // A webhook that does not answer yet must not keep the server from starting.
  await cluster.followers.begin(registry);
  return {
    ...running,
    close: async () => {
      await running.close();
      await auditor?.close();
    },
    install: (resources, lifetime) => registry.install(resources, lifetime),
    connectService,
    handle: handleInProcess(local),
    discover: discoverInProcess(local, served),
  };
}

/** Makes the first objects, learns who may do what, and begins what the server does for ever. */
async function prepareCluster(
  options: ApiServerOptions,
  { registry, store, authorization, addresses, ports }: StoredCluster,
  logger: Logger,
  signal: AbortSignal,
): Promise<KubernetesService> {
  const { serviceRange, tls, requestHeader, advertise, clock } = options;
  await bootstrap(registry, { serviceRange, clientCa: tls.clientCa, requestHeader, clock });
  await authorization.follow(registry);
  await repairAllocations(registry, { addresses, ports }, { clock, logger, signal });
  const service = new KubernetesService({ registry, store, addresses, advertise, clock, logger });
  await service.publish();
  void service.keep(signal);
  void keepProgress({ store, clock, logger, signal });
  return service;
}
