import { existsSync } from 'node:fs';
import type { ClusterState, NodeState } from '../cluster/state';
import { namespacePath } from '../cluster/state';
import { ipBatch, run } from './commands';

/** The range of cluster IPs of Services, and that of all pods. */
export const serviceRange = '10.96.0.0/16';
export const podRange = '10.244.0.0/16';
/** The cluster IP of the DNS Service. */
export const dnsAddress = '10.96.0.10';

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
  await Promise.all(cluster.nodes.map((node, index) => createNode(cluster, node, index)));
}

async function createNode(cluster: ClusterState, node: NodeState, index: number): Promise<void> {
  if (existsSync(namespacePath(node.namespace))) return;
  const host = hostInterface(cluster, index);
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
      `route add ${serviceRange} dev lo src ${node.address}`,
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

/** Removes the namespaces and the bridge, if they are there. */
export async function deleteNetwork(cluster: ClusterState): Promise<void> {
  for (const node of cluster.nodes) {
    if (existsSync(namespacePath(node.namespace))) await run('ip', ['netns', 'delete', node.namespace]);
  }
  if (existsSync(`/sys/class/net/${cluster.bridge}`)) await run('ip', ['link', 'delete', cluster.bridge]);
}

/** The host's end of a node's cable to the bridge. */
export function hostInterface(cluster: ClusterState, index: number): string {
  return `${cluster.bridge.replace('skiff-', 'sk')}-${index + 1}`;
}

/** First three octets of every IPv4 network that this machine has a route to. */
export async function usedSubnets(): Promise<Set<string>> {
  const routes = JSON.parse((await run('ip', ['-json', '-4', 'route', 'show', 'table', 'all'])) || '[]') as {
    dst: string;
  }[];
  return new Set(routes.map((route) => route.dst.split('.').slice(0, 3).join('.')));
}

/** TCP ports that are listened on. */
export async function usedPorts(): Promise<Set<number>> {
  const lines = (await run('ss', ['-Htln'])).split('\n');
  return new Set(lines.map((line) => Number(/:(\d+)\s/.exec(line)?.[1])).filter(Boolean));
}
