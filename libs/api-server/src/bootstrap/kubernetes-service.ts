import { Kinds, type corev1, type discoveryv1 } from '@skiff/contracts';
import { isDeepStrictEqual } from 'node:util';
import type { Registry } from '../registry/registry';
import { ensure } from './ensure';

export interface KubernetesServiceOptions {
  /** The Service's cluster address: the first of the range. */
  readonly serviceAddress: string;
  /** Where this API server is reached. */
  readonly advertiseAddress: string;
  readonly port: number;
  /** Other API servers' addresses, when they are known to live; default none. */
  readonly otherAddresses?: readonly string[];
}

const name = 'kubernetes';
const namespace = 'default';
const labels = { component: 'apiserver', provider: 'kubernetes' };

/** Sees to it that pods reach the API server as `kubernetes.default.svc`. */
export async function ensureKubernetesService(registry: Registry, options: KubernetesServiceOptions): Promise<void> {
  const service: corev1.Service = {
    metadata: { name, namespace, labels },
    spec: {
      type: 'ClusterIP',
      clusterIP: options.serviceAddress,
      clusterIPs: [options.serviceAddress],
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: options.port }],
      sessionAffinity: 'None',
    },
  };
  await ensure(registry, Kinds.Service, service, (existing) => {
    const ports = service.spec?.ports ?? [];
    const [port] = existing.spec?.ports ?? [];
    return port?.targetPort === options.port ? undefined : { ...existing, spec: { ...existing.spec, ports } };
  });
  const addresses = [...new Set([options.advertiseAddress, ...(options.otherAddresses ?? [])])].sort();
  await ensureSlice(registry, addresses, options.port);
  await ensureEndpoints(registry, addresses, options.port);
}

async function ensureSlice(registry: Registry, addresses: readonly string[], port: number): Promise<void> {
  const slice: discoveryv1.EndpointSlice = {
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  };
  await ensure(registry, Kinds.EndpointSlice, slice, (existing) => {
    const listed = (existing.endpoints ?? []).flatMap((endpoint) => endpoint.addresses ?? []).sort();
    const same = isDeepStrictEqual(listed, addresses) && existing.ports?.[0]?.port === port;
    return same ? undefined : { ...existing, endpoints: slice.endpoints ?? [], ports: slice.ports ?? [] };
  });
}

async function ensureEndpoints(registry: Registry, addresses: readonly string[], port: number): Promise<void> {
  const endpoints: corev1.Endpoints = {
    // The slice above says the same; nobody has to mirror it.
    metadata: { name, namespace, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } },
    subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  };
  await ensure(registry, Kinds.Endpoints, endpoints, (existing) => {
    const [subset] = existing.subsets ?? [];
    const listed = (subset?.addresses ?? []).map(({ ip }) => ip).sort();
    const same = isDeepStrictEqual(listed, addresses) && subset?.ports?.[0]?.port === port;
    return same ? undefined : { ...existing, subsets: endpoints.subsets };
  });
}
