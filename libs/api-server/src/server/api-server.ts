import type { Tracer } from '@opentelemetry/api';
import { Kinds, type Kind } from '@skiff/contracts';
import { boundedLogger, type Clock, type CounterSeries, type Logger } from '@skiff/platform';
import { traceStore, type Store } from '@skiff/storage';
import type { Registry as MetricsRegistry } from 'prom-client';
import { credentials, type ChannelCredentials } from '@grpc/grpc-js';
import { createAdmission } from '../admission/create-admission';
import type { AdmissionParts, AdmissionPlugin } from '../admission/plugin';
import { registryReader } from '../admission/registry-reader';
import { registryWriter } from '../admission/registry-writer';
import { addressRange, portRange } from '../allocators/address-range';
import { IPAddressLedger } from '../allocators/ip-address-ledger';
import { StoreLedger } from '../allocators/ledger';
import { RangeAllocator } from '../allocators/range-allocator';
import { repairAllocations } from '../allocators/repair-loop';
import { serviceAllocation } from '../allocators/service-allocation';
import { Authenticator } from '../auth/authentication/authenticator';
import { LegacyTokenTracking } from '../auth/authentication/legacy-tokens';
import { EscalationCheck } from '../auth/authorization/rbac/escalation';
import { rbacEscalation } from '../auth/authorization/rbac/escalation-admission';
import type { AuthorizationRecord } from '../auth/authorization/record';
import { ServiceAccountTokens } from '../auth/authentication/service-account-tokens';
import { TokenAuthenticator } from '../auth/authentication/token-authenticator';
import { extendServer } from '../bootstrap/extend';
import { ResourceService } from '../transports/grpc/resource-service';
import { Targets } from '../grpc/targets';
import { GrpcServices } from '../transports/grpc/services';
import { DiscoveryHandler } from '../discovery/discovery-handler';
import { OpenIdHandler } from '../routing/openid-handler';
import { ResourceHandler } from '../http/resource-handler';
import type { WriteHooks } from '../registry/writes/hooks';
import type { ActionHandler } from '../subresources/handlers';
import { bindingAction } from '../registry/binding';
import { objectValidator } from '../registry/object-validator';
import { builtInResources } from '../registry/built-in-resources';
import { Registry } from '../registry/registry';
import { componentStatuses } from '../operations/component-statuses';
import { TracedOperations } from '../operations/traced-operations';
import { AccessMetrics } from '../filters/access-metrics';
import { createAuthorization, type Authorization } from './authorization';
import { bootstrap } from './bootstrap';
import { GrpcHandler } from '../transports/grpc/grpc-handler';
import { HttpHandler } from '../transports/rest/http-handler';
import { KubernetesService } from './kubernetes-service';
import { Draining } from '../filters/draining';
import { listenOn, type RunningApiServer } from '../transports/listener';
import { RequestMetrics } from '../filters/request-metrics';
import { StoreMetrics } from './store-metrics';
import { YamlService } from '../yaml/yaml';

export interface ApiServerOptions {
  readonly store: Store;
  /** PEM texts. */
  readonly tls: { readonly cert: string; readonly key: string; readonly clientCa: string };
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
  /** Is told which rights are used and which are missing; absent: nobody is. */
  readonly authorizationRecord?: AuthorizationRecord | undefined;
  /** With which this server shows kubelets who it is; by default it shows nothing, and trusts those of the client CA. */
  readonly kubeletCredentials?: ChannelCredentials;
}

export interface ServerParts {
  readonly registry: Registry;
  readonly authorization: Authorization;
  readonly tokens: ServiceAccountTokens;
  readonly tokenAuthenticator: TokenAuthenticator;
  readonly clock: Clock;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  readonly logger: Logger;
}

/** How long a server that stops waits for requests that it has begun. */
const drainMilliseconds = 3_000;

/** Of each message: enough to see what goes on, and too few to fill a disk. */
const logBound = { burst: 100, perSecond: 2 };

/** Puts the API server together: resolves when its caches are filled and the cluster's first objects are there. */
export async function createApiServer(options: ApiServerOptions, signal: AbortSignal): Promise<RunningApiServer> {
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
  const hooks = new Map<string, WriteHooks>([['/services', serviceAllocation({ addresses, ports }) as WriteHooks]]);
  const authorization = createAuthorization(options.authorizationRecord);
  const { authorizer } = authorization;
  const plugins = [
    ...options.admissionPlugins({
      reader: registryReader(() => registry),
      writer: registryWriter(() => registry),
      ...{ authorizer, clock, random },
    }),
    rbacEscalation(new EscalationCheck(authorization.index, authorization.rbac, authorizer)),
  ];
  const admission = createAdmission(plugins, { metrics: options.metrics, tracer, monotonic });
  const registry: Registry = new Registry(
    {
      store,
      admission,
      validator: objectValidator,
      clock,
      logger,
      random,
      hooks,
    },
    signal,
  );
  registry.install(builtInResources(), new AbortController().signal);
  const tokens = new ServiceAccountTokens({ ...options.serviceAccounts, clock });
  const tokenAuthenticator = new TokenAuthenticator(
    tokens,
    tokenSubjects(registry),
    [options.serviceAccounts.issuer],
    clock,
    new LegacyTokenTracking(registry, clock, logger),
  );
  const authenticator = new Authenticator(tokenAuthenticator);
  await bootstrap(registry, { serviceRange: options.serviceRange, clientCa: options.tls.clientCa, clock });
  await authorization.follow(registry);
  await repairAllocations(registry, { addresses, ports }, { clock, logger, signal });
  const service = new KubernetesService({ registry, store, addresses, advertise: options.advertise, clock, logger });
  await service.publish();
  void service.keep(signal);
  const requests = new RequestMetrics(options.metrics);
  const counter = { requests, clock };
  const parts = { registry, authorization, tokens, tokenAuthenticator, admission, counter, clock, random, logger };
  const kubelets = options.kubeletCredentials ?? credentials.createSsl(Buffer.from(options.tls.clientCa));
  const extension = extendServer(parts, kubelets);
  signal.addEventListener('abort', () => extension.close(), { once: true });
  const binding = bindingAction(registry, admission, clock);
  const actions = new Map<string, ActionHandler>([
    ['/pods/binding', binding],
    ['/bindings', binding],
    ...extension.actions,
  ]);
  const views = new Map([['/componentstatuses', componentStatuses(registry, store, clock)]]);
  const watchEvents = (kind: Kind): CounterSeries => requests.watchEvents(kind);
  const operations = new TracedOperations({ registry, store, clock, random, actions, views, watchEvents }, tracer);
  const yaml = new YamlService(clock);
  signal.addEventListener('abort', () => void yaml.close(), { once: true });
  const draining = new Draining();
  const doors = {
    authenticator,
    authorizer,
    access: new AccessMetrics(options.metrics, monotonic),
  };
  const http = new HttpHandler({
    registry,
    resources: new ResourceHandler(operations, clock, yaml),
    discovery: new DiscoveryHandler(registry, clock),
    openId: new OpenIdHandler(tokens, options.advertise),
    ...doors,
    connects: extension.connects,
    health: healthChecks(store),
    metrics: options.metrics,
    requests,
    draining,
    clock,
    tracer,
    logger,
  });
  const services = new GrpcServices(async () => void (await store.currentRevision()));
  const grpc = new GrpcHandler({
    resources: new ResourceService(new Targets(registry, authorizer), operations, counter),
    nodes: extension.nodeGateway,
    services,
    ...doors,
    draining,
    clock,
    tracer,
    logger,
  });
  const leave = async (): Promise<void> => {
    await service.withdraw().catch((error: unknown) => logger.warn('the endpoints stay as they are', { error }));
    await draining.drained(drainMilliseconds, clock);
  };
  return listenOn({ tls: options.tls, http, grpc, leave, clock, logger });
}

function tokenSubjects(registry: Registry): ConstructorParameters<typeof TokenAuthenticator>[1] {
  return {
    serviceAccount: (namespace, name) => registry.read(Kinds.ServiceAccount, { namespace, name }),
    pod: (namespace, name) => registry.read(Kinds.Pod, { namespace, name }),
    secret: (namespace, name) => registry.read(Kinds.Secret, { namespace, name }),
    node: (name) => registry.read(Kinds.Node, { name }),
  };
}

function healthChecks(store: Store): ConstructorParameters<typeof HttpHandler>[0]['health'] {
  const storeCheck = async (): Promise<void> => void (await store.currentRevision());
  return [
    { name: 'ping', check: () => undefined },
    { name: 'log', check: () => undefined },
    { name: 'etcd', check: storeCheck },
    { name: 'poststarthook/rbac/bootstrap-roles', check: () => undefined },
    { name: 'poststarthook/scheduling/bootstrap-system-priority-classes', check: () => undefined },
  ];
}
