import type { Resource } from '@skiff/apimachinery';
import type { Tracer } from '@opentelemetry/api';
import { Kinds, type Kind } from '@skiff/contracts';
import { boundedLogger, type Clock, type CounterSeries, type Logger } from '@skiff/platform';
import { traceStore, type Store } from '@skiff/storage';
import type { Registry as MetricsRegistry } from 'prom-client';
import { credentials, type ChannelCredentials } from '@grpc/grpc-js';
import { Auditor, type AuditOptions } from '../audit/auditor';
import type { Admission } from '../admission/chain';
import { createAdmission } from '../admission/create-admission';
import type { AdmissionParts, AdmissionPlugin } from '../admission/plugin';
import { registryReader, registryResources, registryWriter } from '../admission/registry-access';
import { addressRange, portRange } from '../allocators/address-range';
import { IPAddressLedger } from '../allocators/ip-address-ledger';
import { StoreLedger } from '../allocators/ledger';
import { RangeAllocator } from '../allocators/range-allocator';
import { repairAllocations } from '../allocators/repair-loop';
import { serviceAllocation } from '../allocators/service-allocation';
import { Authenticator } from '../auth/authentication/authenticator';
import { RequestHeaderAuthenticator, type RequestHeaderOptions } from '../auth/authentication/request-header';
import { LegacyTokenTracking } from '../auth/authentication/legacy-tokens';
import { EscalationCheck } from '../auth/authorization/rbac/escalation';
import { rbacEscalation } from '../auth/authorization/rbac/escalation-admission';
import type { AuthorizationRecord } from '../auth/authorization/record';
import { ServiceAccountTokens } from '../auth/authentication/service-account-tokens';
import { TokenAuthenticator } from '../auth/authentication/token-authenticator';
import { handleUnstored } from './unstored-resources';
import { registerApiServices } from '../bootstrap/register-api-services';
import type { WriteHooks } from '../registry/writes/hooks';
import { builtInResources, serviceResource } from '@skiff/resources';
import { DiscoveryHandler } from '../discovery/discovery-handler';
import { keepProgress } from '../cache/progress';
import { Scheme } from '../decoding/scheme';
import { Followers } from '../registry/followers';
import { Registry } from '../registry/registry';
import type { StartSource } from '../registry/resource-source';
import { ResourceHandler } from '../operations/handler';
import { ResourceOperations } from '../operations/resource-operations';
import { traceOperations } from '../operations/trace-operations';
import { AccessMetrics } from '../filters/access-metrics';
import { serve } from '../filters/serve';
import { Router } from '../routing/router';
import { grpcMethods } from '../transports/grpc/methods';
import { resourceMethods } from '../transports/grpc/resource-methods';
import { createChains } from './chains';
import { startNoAggregation, type StartAggregation } from './aggregation';
import {
  discoverInProcess,
  handleInProcess,
  type DiscoveredGroups,
  type DiscoverInProcess,
  type HandleInProcess,
} from './in-process';
import { createFlowControl, type FlowControlOptions } from './flow-control';
import { createPaths } from './paths';
import { createAuthorization } from './authorization';
import { bootstrap } from './bootstrap';
import { GrpcHandler } from '../transports/grpc/grpc-handler';
import { HttpHandler } from '../transports/rest/http-handler';
import { KubernetesService } from './kubernetes-service';
import { Draining } from '../filters/draining';
import { listenOn, type RunningApiServer } from '../transports/listener';
import { RequestMetrics } from '../filters/request-metrics';
import { StoreMetrics } from './store-metrics';
import { NodeConnections } from '../streaming/node-connections';
import { serviceConnector, serviceResolver, type ConnectService } from '../streaming/proxy/connect-service';
import { YamlService } from '../yaml/yaml';

export interface ApiServerOptions {
  readonly store: Store;
  /** PEM texts. */
  readonly tls: { readonly cert: string; readonly key: string; readonly clientCa: string };
  /** Who may say in headers for whom they ask; absent: nobody. */
  readonly requestHeader?: RequestHeaderOptions | undefined;
  readonly serviceAccounts: { readonly privateKey: string; readonly issuer: string };
  readonly serviceRange: string;
  readonly nodePortRange: string;
  /** Where the `kubernetes` Service leads. */
  readonly advertise: { readonly address: string; readonly port: number };
  /** Makes the plugins that see every write, in the order in which they run. */
  readonly admissionPlugins: (parts: AdmissionParts) => readonly AdmissionPlugin[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly metrics: MetricsRegistry;
  /** Who installs resources beside those of Kubernetes, by what is stored; default: nobody does. */
  readonly resourceSources?: readonly StartSource[];
  /** Brings requests to other API servers, as APIServices say; absent: this one answers everything itself. */
  readonly aggregation?: StartAggregation;
  /** Is told which rights are used and which are missing; absent: nobody is. */
  readonly authorizationRecord?: AuthorizationRecord | undefined;
  /** What is told of requests, and to whom; absent: nothing. */
  readonly audit?: AuditOptions | undefined;
  /** How many requests are served at the same time, which wait for one another beyond that; absent: they do not. */
  readonly flowControl?: FlowControlOptions | undefined;
  /** With which this server shows kubelets who it is; by default it shows nothing, and trusts those of the client CA. */
  readonly kubeletCredentials?: ChannelCredentials;
}

export interface ApiServer extends RunningApiServer {
  /**
   * Serves resources beside those of Kubernetes, for as long as their lifetime does not abort. Throws a RangeError, and
   * serves none of them, for what is served already.
   */
  install(resources: readonly Resource[], lifetime: AbortSignal): void;
  /** Connects to who is behind a Service, as the proxies do. */
  readonly connectService: ConnectService;
  readonly handle: HandleInProcess;
  readonly discover: DiscoverInProcess;
}

/** How long a server that stops waits for requests that it has begun. */
const drainMilliseconds = 3_000;

/** Of each message: enough to see what goes on, and too few to fill a disk. */
const logBound = { burst: 100, perSecond: 2 };

/** Puts the API server together: resolves when its caches are filled and the cluster's first objects are there. */
export async function createApiServer(options: ApiServerOptions, signal: AbortSignal): Promise<ApiServer> {
  const { clock, random, tracer } = options;
  const logger = boundedLogger(options.logger, clock, logBound);
  const monotonic = (): number => clock.monotonic();
  const store = traceStore(new StoreMetrics(options.metrics, monotonic).measure(options.store), tracer);
  const addresses = new RangeAllocator({
    range: addressRange(options.serviceRange),
    ledger: new IPAddressLedger(() => registry),
    clock,
    random,
  });
  const ports = new RangeAllocator({
    range: portRange(options.nodePortRange),
    ledger: new StoreLedger(store, '/allocations/ports/'),
    clock,
    random,
  });
  const hooks = new Map([[serviceResource, serviceAllocation({ addresses, ports }) as WriteHooks]]);
  const authorization = createAuthorization(options.authorizationRecord);
  const { authorizer } = authorization;
  const escalation = rbacEscalation(new EscalationCheck(authorization.index, authorization.rbac, authorizer));
  const reader = registryReader(() => registry);
  const kubelets = options.kubeletCredentials ?? credentials.createSsl(Buffer.from(options.tls.clientCa));
  const nodes = new NodeConnections(reader, kubelets);
  signal.addEventListener('abort', () => nodes.close(), { once: true });
  const resolveService = serviceResolver({ reader, nodes, random });
  const connectService = serviceConnector(resolveService);
  const followers = new Followers();
  const admit = (of: Registry): Admission => {
    const access = { reader, writer: registryWriter(of), resources: registryResources(of), connectService };
    const shown = { logger, tracer, metrics: options.metrics };
    const replan = (): void => of.admission.replan();
    const parts = { ...access, ...shown, follow: followers.add, replan, authorizer, clock, random, signal };
    return createAdmission([...options.admissionPlugins(parts), escalation], { ...shown, monotonic });
  };
  const registry: Registry = new Registry({ store, admission: admit, clock, logger, random, hooks }, signal);
  const { admission } = registry;
  registry.install(builtInResources, new AbortController().signal);
  const tokens = new ServiceAccountTokens({ ...options.serviceAccounts, clock, random });
  const tokenAuthenticator = new TokenAuthenticator(
    tokens,
    tokenSubjects(registry),
    [options.serviceAccounts.issuer],
    clock,
    new LegacyTokenTracking(registry, clock, logger),
  );
  const { requestHeader } = options;
  const { clientCa } = options.tls;
  await bootstrap(registry, { serviceRange: options.serviceRange, clientCa, requestHeader, clock });
  await authorization.follow(registry);
  await repairAllocations(registry, { addresses, ports }, { clock, logger, signal });
  const service = new KubernetesService({ registry, store, addresses, advertise: options.advertise, clock, logger });
  await service.publish();
  void service.keep(signal);
  void keepProgress({ store, clock, logger, signal });
  const requests = new RequestMetrics(options.metrics, (info) => router.connects(info));
  const parts = { registry, store, authorization, tokens, tokenAuthenticator, admission, clock, random, logger };
  const unstored = handleUnstored(parts, { reader, nodes });
  const { actions, connects, views } = unstored;
  const scheme = new Scheme(Object.values(Kinds));
  const watchEvents = (kind: Kind): CounterSeries => requests.watchEvents(kind);
  const operations = traceOperations(
    new ResourceOperations({ registry, store, scheme, clock, random, authorizer, actions, views, watchEvents }),
    tracer,
  );
  const yaml = new YamlService(clock);
  signal.addEventListener('abort', () => void yaml.close(), { once: true });
  const { advertise, metrics } = options;
  const begun = (options.resourceSources ?? []).map((start) =>
    start({ registry, store, clock, logger, random, connectService, signal }),
  );
  const waiting =
    options.flowControl &&
    (await createFlowControl(options.flowControl, { registry, clock, logger, metrics: options.metrics, signal }));
  const startAggregation = options.aggregation ?? startNoAggregation;
  const aggregation = await startAggregation({ registry, resolveService, clock, logger, metrics, signal });
  const discovery = new DiscoveryHandler(registry, clock, aggregation);
  const router = new Router({
    registry,
    sources: await Promise.all(begun),
    delegation: aggregation,
    resources: new ResourceHandler(operations, scheme, yaml),
    connects,
    paths: createPaths({
      ...{ discovery, store, tokens, advertise, metrics, clock },
      flowController: waiting?.controller,
    }),
    random,
  });
  const draining = new Draining();
  const auditor = options.audit && new Auditor(options.audit, { clock, random, logger, metrics: options.metrics });
  const chains = createChains({
    authenticator: new Authenticator(tokenAuthenticator),
    proxies: requestHeader && new RequestHeaderAuthenticator(requestHeader, clientCa),
    authorizer,
    access: new AccessMetrics(options.metrics, monotonic),
    requests,
    auditor,
    flowControl: waiting,
    draining,
    router,
    clock,
    tracer,
    logger,
  });
  const http = new HttpHandler(serve(chains.all), router, { clock, yaml, random });
  const { documents } = discovery;
  const served: DiscoveredGroups = () =>
    (['api', 'apis'] as const).flatMap((root) => documents.current.discovered(root));
  const methods = grpcMethods({
    resources: resourceMethods({ handle: chains.known, monotonic, random }, served),
    nodes: unstored.nodeMethods,
    serving: async () => void (await store.currentRevision()),
  });
  const grpc = new GrpcHandler({ methods, serve: serve(chains.all), enter: serve(chains.door), clock, random, logger });
  const leave = async (): Promise<void> => {
    await service.withdraw().catch((error: unknown) => logger.warn('the endpoints stay as they are', { error }));
    await draining.drained(drainMilliseconds, clock);
  };
  const running = listenOn({
    tls: options.tls,
    otherClientCas: requestHeader ? [requestHeader.clientCa] : [],
    http,
    grpc,
    leave,
    clock,
    logger,
  });
  await registerApiServices(registry, { clock, logger, signal });
  // A webhook that does not answer yet must not keep the server from starting.
  await followers.begin(registry);
  return {
    ...running,
    close: async () => {
      await running.close();
      await auditor?.close();
    },
    install: (resources, lifetime) => registry.install(resources, lifetime),
    connectService,
    handle: handleInProcess({ handle: chains.known, monotonic, random }),
    discover: discoverInProcess({ handle: chains.known, monotonic, random }, served),
  };
}

function tokenSubjects(registry: Registry): ConstructorParameters<typeof TokenAuthenticator>[1] {
  return {
    serviceAccount: (namespace, name) => registry.read(Kinds.ServiceAccount, { namespace, name }),
    pod: (namespace, name) => registry.read(Kinds.Pod, { namespace, name }),
    secret: (namespace, name) => registry.read(Kinds.Secret, { namespace, name }),
    node: (name) => registry.read(Kinds.Node, { name }),
  };
}
