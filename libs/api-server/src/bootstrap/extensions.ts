import type { ChannelCredentials } from '@grpc/grpc-js';
import { Kinds } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import { createAdmission } from '../admission/default-plugins';
import type { AdmissionChain } from '../admission/admission';
import { systemPriorityClasses } from '../admission/plugins/priority';
import { RegistryReader } from '../admission/registry-reader';
import { addressRange, firstAddress, portRange } from '../allocators/address-range';
import { StoreLedger } from '../allocators/ledger';
import { RangeAllocator } from '../allocators/range-allocator';
import { repairAllocations } from '../allocators/repair-loop';
import { serviceAllocation, type ServiceAllocators } from '../allocators/service-allocation';
import { AccessIndexes } from '../auth/access-indexes';
import { Authenticator } from '../auth/authentication/authenticator';
import { ServiceAccountTokens } from '../auth/authentication/service-account-tokens';
import { TokenAuthenticator } from '../auth/authentication/token-authenticator';
import { anyOf, type Authorizer } from '../auth/authorization/attributes';
import { NodeAuthorizer } from '../auth/authorization/node/node-authorizer';
import { EscalationCheck } from '../auth/authorization/rbac/escalation';
import { mastersAuthorizer, RbacAuthorizer } from '../auth/authorization/rbac/rbac-authorizer';
import { accessReviews } from '../auth/reviews/access-reviews';
import { identityReviews } from '../auth/reviews/identity-reviews';
import type { WriteHooks } from '../pipeline/hooks';
import type { ActionHandler, ConnectHandler } from '../pipeline/subresource';
import type { Registry } from '../registry/registry';
import { NodeConnections } from '../streaming/node-connections';
import { PodStreams } from '../streaming/pod-streams';
import { podConnections } from '../subresources/connect';
import { eviction } from '../subresources/eviction';
import { tokenRequest } from '../subresources/token-request';
import { ensure } from './ensure';
import { ensureKubernetesService } from './kubernetes-service';
import { aggregateClusterRoles, bootstrapRbac } from './rbac';

export interface ExtensionOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** PEM of the key that signs service-account tokens. */
  readonly serviceAccountKey: string;
  readonly serviceAccountIssuer: string;
  /** Such as `10.96.0.0/16`. */
  readonly serviceClusterIpRange: string;
  /** Such as `30000-32767`. */
  readonly serviceNodePortRange: string;
  /** With which this server shows kubelets who it is. */
  readonly kubeletCredentials: ChannelCredentials;
  /** Where pods reach this server. */
  readonly advertiseAddress: string;
  readonly port: number;
  /** Names of admission plugins to leave out. */
  readonly disabledAdmissionPlugins?: readonly string[];
}

/**
 * What makes a server of resources a Kubernetes: who may do what, admission, allocation, subresources
 * that act, and the objects that every cluster has. It is made before the registry, attached to it, then started.
 */
export class Extensions {
  readonly admission: AdmissionChain;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly tokens: ServiceAccountTokens;
  readonly hooks: ReadonlyMap<string, WriteHooks>;
  readonly actions: ReadonlyMap<string, ActionHandler>;
  readonly connections: ReadonlyMap<string, ConnectHandler>;
  readonly #reader = new RegistryReader();
  readonly #indexes = new AccessIndexes();
  readonly #allocators: ServiceAllocators;
  readonly #nodes: NodeConnections;

  constructor(private readonly options: ExtensionOptions) {
    const { clock, logger, random } = options;
    const reader = this.#reader;
    const rbac = new RbacAuthorizer(this.#indexes.rbac);
    this.authorizer = anyOf(mastersAuthorizer, new NodeAuthorizer(this.#indexes.graph), rbac);
    const escalation = new EscalationCheck(this.#indexes.rbac, rbac, this.authorizer);
    const disabled = options.disabledAdmissionPlugins ?? [];
    this.admission = createAdmission({ reader, escalation, clock, random, disabled });
    const issuer = options.serviceAccountIssuer;
    this.tokens = new ServiceAccountTokens({ privateKey: options.serviceAccountKey, issuer, clock });
    const tokenAuthenticator = new TokenAuthenticator(this.tokens, this.#subjects(), [issuer], clock);
    this.authenticator = new Authenticator(tokenAuthenticator);
    this.#allocators = this.#createAllocators();
    this.hooks = new Map([['/services', serviceAllocation(this.#allocators) as WriteHooks]]);
    this.#nodes = new NodeConnections(reader, options.kubeletCredentials);
    const { admission, tokens } = this;
    this.actions = new Map<string, ActionHandler>([
      ['/serviceaccounts/token', tokenRequest({ reader, admission, tokens, apiAudiences: [issuer], clock })],
      ['/pods/eviction', eviction({ reader, admission, clock })],
      ...accessReviews(this.authorizer, rbac),
      ...identityReviews(tokenAuthenticator),
    ]);
    this.connections = new Map(podConnections(new PodStreams({ reader, nodes: this.#nodes, clock, logger })));
  }

  attach(registry: Registry): void {
    this.#reader.attach(registry);
  }

  /** Writes what a cluster starts with, and follows what decisions depend on. Ready for requests when it resolves. */
  async start(signal: AbortSignal): Promise<void> {
    const { registry } = this.#reader;
    const { clock, logger } = this.options;
    const following = this.#indexes.follow(registry, signal);
    await Promise.all([
      ...['default', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) =>
        ensure(registry, Kinds.Namespace, { metadata: { name } }),
      ),
      ...systemPriorityClasses.map((object) => ensure(registry, Kinds.PriorityClass, object)),
    ]);
    await Promise.all([
      bootstrapRbac(registry),
      repairAllocations(registry, this.#allocators, { clock, logger, signal }),
    ]);
    await Promise.all([aggregateClusterRoles(registry, logger, signal), this.#ensureService(), following]);
    signal.addEventListener('abort', () => this.#nodes.close(), { once: true });
    void this.#keepService(signal);
  }

  async #ensureService(): Promise<void> {
    const { advertiseAddress, port } = this.options;
    const serviceAddress = firstAddress(this.#allocators.addresses.range);
    await ensureKubernetesService(this.#reader.registry, { serviceAddress, advertiseAddress, port });
  }

  /** Somebody may delete the Service; it comes back within ten seconds. */
  async #keepService(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.options;
    while (!signal.aborted) {
      await clock.sleep(10_000, signal).catch(() => undefined);
      if (signal.aborted) return;
      await this.#ensureService().catch((error: unknown) =>
        logger.warn('the kubernetes Service could not be reconciled', { error }),
      );
    }
  }

  #createAllocators(): ServiceAllocators {
    const { store, clock, random, serviceClusterIpRange, serviceNodePortRange } = this.options;
    return {
      addresses: new RangeAllocator({
        range: addressRange(serviceClusterIpRange),
        ledger: new StoreLedger(store, '/ranges/serviceips/'),
        clock,
        random,
      }),
      ports: new RangeAllocator({
        range: portRange(serviceNodePortRange),
        ledger: new StoreLedger(store, '/ranges/servicenodeports/'),
        clock,
        random,
      }),
    };
  }

  #subjects() {
    const newest = this.#reader;
    return {
      serviceAccount: (namespace: string, name: string) => newest.getNewest(Kinds.ServiceAccount, namespace, name),
      pod: (namespace: string, name: string) => newest.getNewest(Kinds.Pod, namespace, name),
      secret: (namespace: string, name: string) => newest.getNewest(Kinds.Secret, namespace, name),
      node: (name: string) => newest.getNewest(Kinds.Node, '', name),
    };
  }
}
