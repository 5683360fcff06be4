import { Kinds, type Kind } from '@skiff/contracts';
import type { CounterSeries, Logger } from '@skiff/platform';
import { Auditor } from '../audit/auditor';
import { Authenticator } from '../auth/authentication/authenticator';
import { RequestHeaderAuthenticator } from '../auth/authentication/request-header';
import { Scheme } from '../decoding/scheme';
import { DiscoveryHandler } from '../discovery/discovery-handler';
import { AccessMetrics } from '../filters/access-metrics';
import { Draining } from '../filters/draining';
import { RequestMetrics } from '../filters/request-metrics';
import { serve } from '../filters/serve';
import { ResourceHandler } from '../operations/handler';
import { ResourceOperations } from '../operations/resource-operations';
import { traceOperations } from '../operations/trace-operations';
import { Router } from '../routing/router';
import { GrpcHandler } from '../transports/grpc/grpc-handler';
import { grpcMethods } from '../transports/grpc/methods';
import { resourceMethods } from '../transports/grpc/resource-methods';
import { HttpHandler } from '../transports/rest/http-handler';
import { YamlService } from '../yaml/yaml';
import { startNoAggregation } from './aggregation';
import { createChains } from './chains';
import { createFlowControl } from './flow-control';
import type { DiscoveredGroups, WayIn } from './in-process';
import type { ApiServerOptions } from './options';
import { createPaths } from './paths';
import type { StoredCluster } from './stored-cluster';
import { handleUnstored, type UnstoredHandlers } from './unstored-resources';

/** What a request passes from a transport to what it asks for. */
export interface RequestPath {
  readonly http: HttpHandler;
  readonly grpc: GrpcHandler;
  /** For who is in the process. */
  readonly local: WayIn;
  readonly served: DiscoveredGroups;
  readonly draining: Draining;
  readonly auditor: Auditor | undefined;
}

/** Makes the chain of filters, and what lies behind it; resolves when it is known what is served. */
export async function createRequestPath(
  options: ApiServerOptions,
  cluster: StoredCluster,
  logger: Logger,
  signal: AbortSignal,
): Promise<RequestPath> {
  const { registry, store, tokens, authorization, tokenAuthenticator, resolveService } = cluster;
  const { clock, random, tracer, metrics, advertise, requestHeader } = options;
  const monotonic = (): number => clock.monotonic();
  const requests = new RequestMetrics(metrics, (info) => router.connects(info));
  const unstored = handleUnstored({ ...cluster, admission: registry.admission }, cluster);
  const yaml = new YamlService(clock);
  signal.addEventListener('abort', () => void yaml.close(), { once: true });
  const begun = startSources(options, cluster, logger, signal);
  const context = { registry, clock, logger, metrics, signal };
  const waiting = options.flowControl && (await createFlowControl(options.flowControl, context));
  const aggregation = await (options.aggregation ?? startNoAggregation)({ ...context, resolveService });
  const discovery = new DiscoveryHandler(registry, clock, aggregation);
  const flowController = waiting?.controller;
  const router = new Router({
    registry,
    sources: await Promise.all(begun),
    delegation: aggregation,
    resources: resourceHandler(options, cluster, { unstored, yaml, watchEvents: (kind) => requests.watchEvents(kind) }),
    connects: unstored.connects,
    paths: createPaths({ discovery, store, tokens, advertise, metrics, clock, flowController }),
    random,
  });
  const draining = new Draining();
  const auditor = options.audit && new Auditor(options.audit, { clock, random, logger, metrics });
  const chains = createChains({
    authenticator: new Authenticator(tokenAuthenticator),
    proxies: requestHeader && new RequestHeaderAuthenticator(requestHeader, options.tls.clientCa),
    authorizer: authorization.authorizer,
    access: new AccessMetrics(metrics, monotonic),
    flowControl: waiting,
    ...{ requests, auditor, draining, router, clock, tracer, logger },
  });
  const local = { handle: chains.known, monotonic, random };
  const served: DiscoveredGroups = () =>
    (['api', 'apis'] as const).flatMap((root) => discovery.documents.current.discovered(root));
  const methods = grpcMethods({
    resources: resourceMethods(local, served),
    nodes: unstored.nodeMethods,
    serving: async () => void (await store.currentRevision()),
  });
  const all = serve(chains.all);
  const http = new HttpHandler(all, router, { clock, yaml, random });
  const grpc = new GrpcHandler({ methods, serve: all, enter: serve(chains.door), clock, random, logger });
  return { http, grpc, local, served, draining, auditor };
}

/** Begins to install what is stored as a resource of its own. */
function startSources(
  { resourceSources = [], clock, random }: ApiServerOptions,
  { registry, store, connectService }: StoredCluster,
  logger: Logger,
  signal: AbortSignal,
): ReturnType<NonNullable<ApiServerOptions['resourceSources']>[number]>[] {
  return resourceSources.map((start) => start({ registry, store, clock, logger, random, connectService, signal }));
}

interface ResourceParts {
  readonly unstored: UnstoredHandlers;
  readonly yaml: YamlService;
  readonly watchEvents: (kind: Kind) => CounterSeries;
}

function resourceHandler(
  { clock, random, tracer }: ApiServerOptions,
  { registry, store, authorization }: StoredCluster,
  { unstored, yaml, watchEvents }: ResourceParts,
): ResourceHandler {
  const scheme = new Scheme(Object.values(Kinds));
  const { actions, views } = unstored;
  const { authorizer } = authorization;
  const parts = { registry, store, scheme, clock, random, authorizer, actions, views, watchEvents };
  return new ResourceHandler(traceOperations(new ResourceOperations(parts), tracer), scheme, yaml);
}
