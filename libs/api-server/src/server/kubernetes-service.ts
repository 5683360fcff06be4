import { Kinds, type corev1, type discoveryv1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { type Clock, type Logger, repeatEvery } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import { firstAddress } from '../allocators/address-range';
import type { RangeAllocator } from '../allocators/range-allocator';
import { apiServerUser } from '../auth/user';
import type { Registry } from '../registry/registry';
import type { WriteContext } from '../registry/writes/write';
import { ServerLeases } from './server-leases';

const key = { namespace: 'default', name: 'kubernetes' };
const labels = { component: 'apiserver', provider: 'kubernetes' };
const write: WriteContext = { user: apiServerUser, dryRun: false, warn: () => undefined };

export interface KubernetesServiceOptions {
  readonly registry: Registry;
  readonly store: Store;
  readonly addresses: RangeAllocator;
  /** Where this server is reached from pods. */
  readonly advertise: { readonly address: string; readonly port: number };
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How often a server says that it lives, and looks who else does: upstream's interval. */
const reconcileMilliseconds = 10_000;

/** Keeps the Service under which pods reach the API servers, and has it lead to all that live. */
export class KubernetesService {
  private readonly leases: ServerLeases;

  constructor(private readonly options: KubernetesServiceOptions) {
    this.leases = new ServerLeases(options.store, options.advertise.address);
  }

  /** Makes the Service lead here, too. */
  async publish(): Promise<void> {
    const { registry, addresses, advertise } = this.options;
    const wanted = service(firstAddress(addresses.range), advertise.port);
    await ignoringExisting(() => registry.of(Kinds.Service).create(wanted, key.namespace, write));
    await this.reconcile();
  }

  /** Takes out who has died, until the signal aborts. */
  keep(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.options;
    return repeatEvery(
      reconcileMilliseconds,
      { clock, signal },
      () => this.reconcile(),
      (error) => logger.warn('the endpoints of the API servers were not written', { error }),
    );
  }

  /** Makes the Service no longer lead here, as the last thing before this server goes. */
  async withdraw(): Promise<void> {
    await this.leases.end();
    const others = await this.leases.addresses();
    // Whoever is alone stays, for when it is back.
    if (others.length > 0) await this.write(others);
  }

  private async reconcile(): Promise<void> {
    await this.leases.renew();
    await this.write(await this.leases.addresses());
  }

  private async write(living: readonly string[]): Promise<void> {
    const { registry, advertise } = this.options;
    // No pod reaches a server's loopback, and no endpoint may be there.
    const reachable = living.filter((address) => !address.startsWith('127.'));
    await writeEndpoints(registry, reachable, advertise.port);
    await writeSlice(registry, reachable, advertise.port);
  }
}

function service(clusterIP: string, targetPort: number): corev1.Service {
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { ...key, labels: { ...labels } },
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      sessionAffinity: 'None',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort }],
    },
  };
}

async function writeEndpoints(registry: Registry, living: readonly string[], port: number): Promise<void> {
  const store = registry.of(Kinds.Endpoints);
  const addresses = living.map((ip) => ({ ip }));
  const subsets = living.length > 0 ? [{ addresses, ports: [{ name: 'https', port, protocol: 'TCP' }] }] : [];
  const fresh: corev1.Endpoints = {
    kind: 'Endpoints',
    apiVersion: 'v1',
    metadata: { ...key, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets,
  };
  if (await ignoringExisting(() => store.create(fresh, key.namespace, write))) return;
  await store.update({ ...key, subresource: '', change: (current) => ({ ...current, subsets }) }, write);
}

async function writeSlice(registry: Registry, living: readonly string[], port: number): Promise<void> {
  const store = registry.of(Kinds.EndpointSlice);
  const ports = [{ name: 'https', port, protocol: 'TCP' }];
  const endpoints = living.map((ip): discoveryv1.Endpoint => ({ addresses: [ip], conditions: { ready: true } }));
  const fresh: discoveryv1.EndpointSlice = {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: { ...key, labels: { 'kubernetes.io/service-name': key.name } },
    addressType: 'IPv4',
    ports,
    endpoints,
  };
  if (await ignoringExisting(() => store.create(fresh, key.namespace, write))) return;
  await store.update({ ...key, subresource: '', change: (current) => ({ ...current, ports, endpoints }) }, write);
}

/** Whether it was created, rather than there already. */
async function ignoringExisting(create: () => Promise<unknown>): Promise<boolean> {
  try {
    await create();
    return true;
  } catch (error) {
    if (
      hasReason(error, 'AlreadyExists') ||
      (hasReason(error, 'Invalid') && error.message.includes('already allocated'))
    )
      return false;
    throw error;
  }
}
