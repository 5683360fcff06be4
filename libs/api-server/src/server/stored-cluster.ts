import { credentials } from '@grpc/grpc-js';
import { Kinds } from '@skiff/contracts';
import type { Logger } from '@skiff/platform';
import { builtInResources, serviceResource } from '@skiff/resources';
import { traceStore, type Store } from '@skiff/storage';
import type { Admission } from '../admission/chain';
import { createAdmission } from '../admission/create-admission';
import type { AdmissionReader } from '../admission/reader';
import { registryReader, registryResources, registryWriter } from '../admission/registry-access';
import { addressRange, portRange } from '../allocators/address-range';
import { IPAddressLedger } from '../allocators/ip-address-ledger';
import { StoreLedger } from '../allocators/ledger';
import { RangeAllocator } from '../allocators/range-allocator';
import { serviceAllocation } from '../allocators/service-allocation';
import { LegacyTokenTracking } from '../auth/authentication/legacy-tokens';
import { ServiceAccountTokens } from '../auth/authentication/service-account-tokens';
import { TokenAuthenticator } from '../auth/authentication/token-authenticator';
import { EscalationCheck } from '../auth/authorization/rbac/escalation';
import { rbacEscalation } from '../auth/authorization/rbac/escalation-admission';
import { Followers } from '../registry/followers';
import { Registry } from '../registry/registry';
import type { WriteHooks } from '../registry/writes/hooks';
import type { ConnectService } from '../request/service-port';
import { NodeConnections } from '../streaming/node-connections';
import { serviceConnector, serviceResolver, type ResolveService } from '../streaming/proxy/connect-service';
import { createAuthorization, type Authorization } from './authorization';
import type { ApiServerOptions } from './options';
import type { ServerParts } from './server-parts';
import { StoreMetrics } from './store-metrics';

/** What the cluster's objects are kept in, who may write them, and who is reached by what they say. */
export interface StoredCluster extends ServerParts {
  readonly reader: AdmissionReader;
  readonly nodes: NodeConnections;
  readonly resolveService: ResolveService;
  readonly connectService: ConnectService;
  /** Admission plugins that follow kinds, and begin once the server can be reached. */
  readonly followers: Followers;
  /** The addresses and ports of Services. */
  readonly addresses: RangeAllocator;
  readonly ports: RangeAllocator;
}

/** Installs the resources of Kubernetes, with their admission; nothing is read yet. */
export function createStoredCluster(options: ApiServerOptions, logger: Logger, signal: AbortSignal): StoredCluster {
  const { clock, random } = options;
  const monotonic = (): number => clock.monotonic();
  const store = traceStore(new StoreMetrics(options.metrics, monotonic).measure(options.store), options.tracer);
  const { addresses, ports } = createAllocators(options, store, () => registry);
  const authorization = createAuthorization(options.authorizationRecord);
  const reader = registryReader(() => registry);
  const kubelets = options.kubeletCredentials ?? credentials.createSsl(Buffer.from(options.tls.clientCa));
  const nodes = new NodeConnections(reader, kubelets);
  signal.addEventListener('abort', () => nodes.close(), { once: true });
  const resolveService = serviceResolver({ reader, nodes, random });
  const connectService = serviceConnector(resolveService);
  const followers = new Followers();
  const admission = admissionOf(options, { authorization, reader, connectService, followers, logger, signal });
  const hooks = new Map([[serviceResource, serviceAllocation({ addresses, ports }) as WriteHooks]]);
  const registry: Registry = new Registry({ store, admission, clock, logger, random, hooks }, signal);
  registry.install(builtInResources, new AbortController().signal);
  const { tokens, tokenAuthenticator } = createTokens(options, registry, logger);
  const shown = { store, registry, authorization, tokens, tokenAuthenticator, clock, random, logger };
  return { reader, nodes, resolveService, connectService, followers, addresses, ports, ...shown };
}

function createAllocators(
  { serviceRange, nodePortRange, clock, random }: ApiServerOptions,
  store: Store,
  registry: () => Registry,
): Pick<StoredCluster, 'addresses' | 'ports'> {
  return {
    addresses: new RangeAllocator({
      range: addressRange(serviceRange),
      ledger: new IPAddressLedger(registry),
      clock,
      random,
    }),
    ports: new RangeAllocator({
      range: portRange(nodePortRange),
      ledger: new StoreLedger(store, '/allocations/ports/'),
      clock,
      random,
    }),
  };
}

type AdmissionContext = Pick<StoredCluster, 'reader' | 'connectService' | 'followers'> & {
  readonly authorization: Authorization;
  readonly logger: Logger;
  readonly signal: AbortSignal;
};

/** The plugins of the options, and after them the one that keeps people from giving what they do not have. */
function admissionOf(options: ApiServerOptions, context: AdmissionContext): (of: Registry) => Admission {
  const { tracer, metrics, clock, random } = options;
  const { authorization, reader, connectService, followers, logger, signal } = context;
  const { index, rbac, authorizer } = authorization;
  const escalation = rbacEscalation(new EscalationCheck(index, rbac, authorizer));
  return (of) => {
    const access = { reader, writer: registryWriter(of), resources: registryResources(of), connectService };
    const shown = { logger, tracer, metrics };
    const replan = (): void => of.admission.replan();
    const parts = { ...access, ...shown, follow: followers.add, replan, authorizer, clock, random, signal };
    const plugins = [...options.admissionPlugins(parts), escalation];
    return createAdmission(plugins, { ...shown, monotonic: () => clock.monotonic() });
  };
}

function createTokens(
  { serviceAccounts, clock, random }: ApiServerOptions,
  registry: Registry,
  logger: Logger,
): Pick<StoredCluster, 'tokens' | 'tokenAuthenticator'> {
  const tokens = new ServiceAccountTokens({ ...serviceAccounts, clock, random });
  const tracking = new LegacyTokenTracking(registry, clock, logger);
  const issuers = [serviceAccounts.issuer];
  return {
    tokens,
    tokenAuthenticator: new TokenAuthenticator(tokens, tokenSubjects(registry), issuers, clock, tracking),
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
