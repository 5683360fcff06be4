import { Kinds, type corev1, type discoveryv1, type Kind } from '@skiff/contracts';
import { hasReason, type ApiObject } from '@skiff/apimachinery';
import type { Client } from '@skiff/client';
import { dnsAddress, rangesOf } from '../network/network';
import type { ClusterState } from './state';

const namespace = 'kube-system';
const name = 'kube-dns';

/** The Service through which pods reach the DNS server of their own node. */
export function dnsService(clusterIP: string): corev1.Service {
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: {
      name,
      namespace,
      labels: { 'k8s-app': name, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
    },
    spec: {
      clusterIP,
      internalTrafficPolicy: 'Local',
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
      ],
    },
  };
}

export function dnsEndpoints(cluster: ClusterState): discoveryv1.EndpointSlice {
  return dnsSlice(
    cluster.nodes.map((node) => ({ addresses: [node.address], nodeName: node.name, conditions: { ready: true } })),
  );
}

function dnsSlice(endpoints: discoveryv1.Endpoint[]): discoveryv1.EndpointSlice {
  return {
    kind: 'EndpointSlice',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: { name: `${name}-nodes`, namespace, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' },
    ],
    endpoints,
  };
}

/**
 * The same for nodes that come and go: each serves DNS at the Service's own address, which it holds
 * itself, so that the one endpoint is right on every node.
 */
export async function installNodeLocalAddons(client: Client): Promise<void> {
  const { spec, ...service } = dnsService(dnsAddress);
  await ensure(client, Kinds.Service, { ...service, spec: { ...spec, internalTrafficPolicy: 'Cluster' } });
  await ensure(client, Kinds.EndpointSlice, dnsSlice([{ addresses: [dnsAddress], conditions: { ready: true } }]));
}

/** Makes the objects of the cluster's own services what they should be. */
export async function installAddons(client: Client, cluster: ClusterState): Promise<void> {
  if (cluster.isOpen) return installNodeLocalAddons(client);
  await ensure(client, Kinds.Service, dnsService(rangesOf(cluster).dns));
  await ensure(client, Kinds.EndpointSlice, dnsEndpoints(cluster));
}

async function ensure<T extends ApiObject>(client: Client, kind: Kind<T>, object: T): Promise<void> {
  const { namespace, name = '' } = object.metadata ?? {};
  try {
    await client.patch(kind, { namespace, name }, 'merge', object);
  } catch (error) {
    // Not the other way round: a second Service is refused for its address before it is for its name.
    if (!hasReason(error, 'NotFound')) throw error;
    await client.create(kind, object);
  }
}
