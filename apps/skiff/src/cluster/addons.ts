import { Kinds, type corev1, type discoveryv1 } from '@skiff/contracts';
import type { Client } from '@skiff/client';
import { hasReason } from '@skiff/platform';
import { dnsAddress } from '../network/network';
import type { ClusterState } from './state';

const namespace = 'kube-system';
const name = 'kube-dns';

/** The Service through which pods reach the DNS server of their own node. */
export function dnsService(): corev1.Service {
  return {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name, namespace, labels: { 'k8s-app': name, 'kubernetes.io/name': 'CoreDNS' } },
    spec: {
      clusterIP: dnsAddress,
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
  const { spec, ...service } = dnsService();
  await ensure(() => client.create(Kinds.Service, { ...service, spec: { ...spec, internalTrafficPolicy: 'Cluster' } }));
  await ensure(() =>
    client.create(Kinds.EndpointSlice, dnsSlice([{ addresses: [dnsAddress], conditions: { ready: true } }])),
  );
}

/** Creates the objects of the cluster's own services where they are missing. */
export async function installAddons(client: Client, cluster: ClusterState): Promise<void> {
  if (cluster.isOpen) return installNodeLocalAddons(client);
  await ensure(() => client.create(Kinds.Service, dnsService()));
  await ensure(() => client.create(Kinds.EndpointSlice, dnsEndpoints(cluster)));
}

async function ensure(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  }
}
