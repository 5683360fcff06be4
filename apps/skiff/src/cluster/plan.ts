import { createHash } from 'node:crypto';
import { UserError } from '../errors';
import { overlaps } from '../network/ranges';
import type { ClusterState, NodeState, ServiceSettings, StoreKind } from './state';

/** A node that is asked for; its name is made up unless it is given. */
export type NodeRequest = Pick<NodeState, 'labels' | 'taints'> & { readonly name?: string | undefined };

export interface ClusterRequest {
  readonly name: string;
  readonly nodes: readonly NodeRequest[];
  readonly store: StoreKind;
  /** This machine's address for nodes on other machines, when there are none on this one. */
  readonly address?: string | undefined;
  /** The cluster's folder: clusters of one name in different homes are different clusters. */
  readonly root: string;
  /** A /24 for the nodes' bridge, such as 172.31.30.0/24; by default a free one. */
  readonly nodeRange?: string | undefined;
  readonly podRange?: string | undefined;
  readonly serviceRange?: string | undefined;
  /** The API server's port, and the first of those that the other services take; by default free ones. */
  readonly apiPort?: number | undefined;
  readonly basePort?: number | undefined;
  readonly settings?: ServiceSettings | undefined;
}

/** What other clusters and other programs already use on this machine. */
export interface Taken {
  /** Networks that have a route, or that a cluster has been given, such as 10.0.0.0/8. */
  readonly ranges: readonly string[];
  readonly ports: ReadonlySet<number>;
}

/** Ports that a cluster takes from its base port on. */
export const portOffsets = {
  etcdClient: 0,
  etcdPeer: 1,
  traces: 2,
  schedulerMetrics: 3,
  controllerManagerMetrics: 4,
  scheduler: 5,
} as const;

const firstApiPort = 6443;
const firstBasePort = 6460;
const basePortCount = Object.keys(portOffsets).length;
/** The last octet of a node's address is its number and so many more. */
const firstNodeOctet = 10;
const mostNodes = 200;

/** Tells clusters apart on this machine. Short, since names of interfaces have at most 15 characters. */
export function clusterId(root: string): string {
  return createHash('sha256').update(root).digest('hex').slice(0, 6);
}

/** Decides addresses, ports and names of a cluster so that they collide with nothing. */
export function planCluster(request: ClusterRequest, taken: Taken): ClusterState {
  const subnet = subnetOf(request.nodeRange ?? freeRange(taken.ranges));
  const id = clusterId(request.root);
  const cluster: ClusterState = {
    name: request.name,
    store: request.store,
    nodes: [],
    bridge: `skiff-${id}`,
    subnet,
    gateway: request.address ?? `${subnet}.1`,
    ...(request.address === undefined ? {} : { isOpen: true }),
    apiPort: request.apiPort ?? freePorts(firstApiPort, 1, 1, taken.ports),
    basePort: request.basePort ?? freePorts(firstBasePort, basePortCount, 10, taken.ports),
    podRange: request.podRange,
    serviceRange: request.serviceRange,
    settings: request.settings,
  };
  const collision = collisionOf(cluster, taken);
  if (collision !== undefined) throw new UserError(collision);
  return request.nodes.reduce((state, node) => ({ ...state, nodes: [...state.nodes, planNode(state, node)] }), cluster);
}

/** The next node of a cluster: it has the lowest number that no node has. */
export function planNode(cluster: ClusterState, request: NodeRequest): NodeState {
  let number = 1;
  while (cluster.nodes.some((node) => nodeNumber(node) === number)) number += 1;
  if (number > mostNodes) throw new UserError(`a cluster on one machine has at most ${mostNodes} nodes`);
  const name = request.name ?? freeName(cluster, number);
  if (cluster.nodes.some((node) => node.name === name)) throw new UserError(`there is a node "${name}" already`);
  const address = `${cluster.subnet}.${firstNodeOctet + number}`;
  const { labels, taints } = request;
  return { name, address, namespace: `${cluster.bridge}-${number}`, labels, taints };
}

/** Tells the nodes of a cluster apart, from 1 on. */
export const nodeNumber = ({ namespace }: NodeState): number => Number(namespace.split('-').at(-1));

/** The ports that a cluster uses on this machine. */
export function portsOf({ apiPort, basePort }: ClusterState): number[] {
  return [apiPort, ...Array.from({ length: basePortCount }, (_, offset) => basePort + offset)];
}

export const nodeRangeOf = ({ subnet }: ClusterState): string => `${subnet}.0/24`;

/** What of a cluster others use already, in words. */
export function collisionOf(cluster: ClusterState, taken: Taken): string | undefined {
  const port = portsOf(cluster).find((each) => taken.ports.has(each));
  if (port !== undefined) return `port ${port} is in use on this machine: \`ss -tlnp\` shows by which process`;
  const range = cluster.isOpen ? undefined : taken.ranges.find((each) => overlaps(each, nodeRangeOf(cluster)));
  if (range === undefined) return undefined;
  return `the network ${nodeRangeOf(cluster)} overlaps ${range}, which is in use on this machine: see \`ip route\``;
}

function freeName(cluster: ClusterState, number: number): string {
  const name = `${cluster.name}-node-${number}`;
  return cluster.nodes.some((node) => node.name === name) ? freeName(cluster, number + 1) : name;
}

const subnetOf = (range: string): string => range.split('.').slice(0, 3).join('.');

/** Private networks in which clusters may lie: not the first ones, which everybody takes. */
const pools = [
  { prefix: '172.31', from: 30 },
  { prefix: '10.213', from: 1 },
  { prefix: '192.168', from: 160 },
] as const;

function freeRange(taken: readonly string[]): string {
  for (const { prefix, from } of pools) {
    for (let third = from; third < 255; third += 1) {
      const range = `${prefix}.${third}.0/24`;
      if (!taken.some((each) => overlaps(each, range))) return range;
    }
  }
  const tried = pools.map(({ prefix, from }) => `${prefix}.${from}.0/24 to ${prefix}.254.0/24`);
  throw new UserError(`every network is in use on this machine of ${tried.join(', ')}: see \`ip route\``);
}

function freePorts(first: number, count: number, step: number, taken: ReadonlySet<number>): number {
  for (let base = first; base + count < 65536; base += step) {
    let free = true;
    for (let port = base; port < base + count; port += 1) free &&= !taken.has(port);
    if (free) return base;
  }
  throw new UserError(`no ${count} free ports from ${first} on`);
}
