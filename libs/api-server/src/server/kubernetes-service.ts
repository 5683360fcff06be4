import { Kinds, type corev1, type discoveryv1 } from '@skiff/contracts';
import { hasReason } from '@skiff/platform';
import { firstAddress } from '../allocators/address-range';
import type { RangeAllocator } from '../allocators/range-allocator';
import { apiServerUser } from '../auth/user';
import type { Registry } from '../registry/registry';
import type { WriteContext } from '../registry/writes/write';

const key = { namespace: 'default', name: 'kubernetes' };
const labels = { component: 'apiserver', provider: 'kubernetes' };
const write: WriteContext = { user: apiServerUser, dryRun: false, warn: () => undefined };

/** Keeps the Service under which pods reach the API server, and where it leads. Several servers add their addresses. */
export async function publishKubernetesService(
  registry: Registry,
  addresses: RangeAllocator,
  advertise: { address: string; port: number },
): Promise<void> {
  await ignoringExisting(() =>
    registry.of(Kinds.Service).create(service(firstAddress(addresses.range), advertise.port), key.namespace, write),
  );
  await upsertEndpoints(registry, advertise);
  await upsertSlice(registry, advertise);
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

async function upsertEndpoints(
  registry: Registry,
  { address, port }: { address: string; port: number },
): Promise<void> {
  const store = registry.of(Kinds.Endpoints);
  const ports = [{ name: 'https', port, protocol: 'TCP' }];
  const fresh: corev1.Endpoints = {
    kind: 'Endpoints',
    apiVersion: 'v1',
    metadata: { ...key, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: [{ ip: address }], ports }],
  };
  if (await ignoringExisting(() => store.create(fresh, key.namespace, write))) return;
  const change = (current: corev1.Endpoints): corev1.Endpoints => {
    const known = current.subsets?.[0]?.addresses?.map(({ ip }) => ip ?? '') ?? [];
    const all = [...new Set([...known, address])].sort();
    return { ...current, subsets: [{ addresses: all.map((ip) => ({ ip })), ports }] };
  };
  await store.update({ ...key, subresource: '', change }, write);
}

async function upsertSlice(registry: Registry, { address, port }: { address: string; port: number }): Promise<void> {
  const store = registry.of(Kinds.EndpointSlice);
  const ports = [{ name: 'https', port, protocol: 'TCP' }];
  const endpoint = (ip: string): discoveryv1.Endpoint => ({ addresses: [ip], conditions: { ready: true } });
  const fresh: discoveryv1.EndpointSlice = {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: { ...key, labels: { 'kubernetes.io/service-name': key.name } },
    addressType: 'IPv4',
    ports,
    endpoints: [endpoint(address)],
  };
  if (await ignoringExisting(() => store.create(fresh, key.namespace, write))) return;
  const change = (current: discoveryv1.EndpointSlice): discoveryv1.EndpointSlice => {
    const known = (current.endpoints ?? []).flatMap(({ addresses }) => addresses ?? []);
    return { ...current, ports, endpoints: [...new Set([...known, address])].sort().map(endpoint) };
  };
  await store.update({ ...key, subresource: '', change }, write);
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
