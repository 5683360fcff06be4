import { existsSync } from 'node:fs';
import { namespacePath, type ClusterState, type NodeState } from '../cluster/state';
import { ipBatch, run } from './commands';
import { addressIn } from './ranges';

/** The range of cluster IPs of Services, and that of all pods. */
export const serviceRange = '10.96.0.0/16';
export const podRange = '10.244.0.0/16';
/** The cluster IP of the DNS Service in that range. */
export const dnsAddress = '10.96.0.10';

/** The ranges of a cluster, and the cluster IP of its DNS Service. */
export function rangesOf(cluster: ClusterState): { pods: string; services: string; dns: string } {
  const { podRange: pods = podRange, serviceRange: services = serviceRange } = cluster;
  return { pods, services, dns: addressIn(services, 10) };
}

/**
 * Makes the bridge and a network namespace for each node. Idempotent. Of the
 * host's network only the bridge is touched; a node has no default route, so
 * that nothing that a pod sends leaves the machine.
 */
export async function createNetwork(cluster: ClusterState): Promise<void> {
  if (cluster.isOpen) return;
  if (!existsSync(`/sys/class/net/${cluster.bridge}`)) {
    await ipBatch([
      `link add ${cluster.bridge} type bridge`,
      `address add ${cluster.gateway}/24 dev ${cluster.bridge}`,
      `link set ${cluster.bridge} up`,
    ]);
  }
  await Promise.all(cluster.nodes.map((node) => createNode(cluster, node)));
}

async function createNode(cluster: ClusterState, node: NodeState): Promise<void> {
  if (existsSync(namespacePath(node.namespace))) return;
  const host = hostInterface(node);
  await run('ip', ['netns', 'add', node.namespace]);
  await ipBatch([
    `link add ${host} type veth peer name eth0 netns ${node.namespace}`,
    `link set ${host} master ${cluster.bridge} up`,
  ]);
  await ipBatch(
    [
      'link set lo up',
      `address add ${node.address}/24 dev eth0`,
      'link set eth0 up',
      // Lets processes of the node itself address Services: the proxy rewrites
      // the destination before anything is sent.
      `route add ${rangesOf(cluster).services} dev lo src ${node.address}`,
    ],
    node.namespace,
  );
  await run('nsenter', [
    `--net=${namespacePath(node.namespace)}`,
    'sysctl',
    '-qw',
    'net.ipv4.ip_forward=1',
    'net.ipv4.conf.all.rp_filter=0',
    'net.ipv4.conf.default.rp_filter=0',
  ]);
}

/** Removes a node's namespace, if it is there, and with it its cable. */
export async function deleteNodeNetwork({ namespace }: NodeState): Promise<void> {
  if (existsSync(namespacePath(namespace))) await run('ip', ['netns', 'delete', namespace]);
}

/** Removes the namespaces and the bridge, if they are there. */
export async function deleteNetwork(cluster: ClusterState): Promise<void> {
  for (const node of cluster.nodes) await deleteNodeNetwork(node);
  if (existsSync(`/sys/class/net/${cluster.bridge}`)) await run('ip', ['link', 'delete', cluster.bridge]);
}

/** The host's end of a node's cable to the bridge. */
export function hostInterface({ namespace }: NodeState): string {
  return namespace.replace('skiff-', 'sk');
}

/** Every IPv4 network that this machine has a route to, but for those of a bridge. */
export async function usedRanges(besidesBridge?: string): Promise<string[]> {
  const routes = JSON.parse((await run('ip', ['-json', '-4', 'route', 'show', 'table', 'all'])) || '[]') as {
    dst: string;
    dev?: string;
  }[];
  return routes.filter(({ dev }) => dev === undefined || dev !== besidesBridge).map(({ dst }) => dst);
}

/** TCP ports that are listened on. */
export async function usedPorts(): Promise<Set<number>> {
  const lines = (await run('ss', ['-Htln'])).split('\n');
  return new Set(lines.map((line) => Number(/:(\d+)\s/.exec(line)?.[1])).filter(Boolean));
}
