import { createHash } from 'node:crypto';
import type { ClusterState, NodeState, StoreKind } from './state';

export interface ClusterRequest {
  readonly name: string;
  readonly nodes: number;
  readonly store: StoreKind;
  /** This machine's address for nodes on other machines, when there are none on this one. */
  readonly address?: string | undefined;
  /** The cluster's folder: clusters of one name in different homes are different clusters. */
  readonly root: string;
}

/** What other clusters and other programs already use on this machine. */
export interface Taken {
  /** First three octets of networks that have a route. */
  readonly subnets: ReadonlySet<string>;
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

/** Decides addresses, ports and names of a cluster so that they collide with nothing. */
export function planCluster(request: ClusterRequest, taken: Taken): ClusterState {
  const subnet = freeSubnet(taken.subnets);
  // Interface names are limited to 15 characters.
  const id = createHash('sha256').update(request.root).digest('hex').slice(0, 6);
  const nodes: NodeState[] = [];
  for (let index = 1; index <= request.nodes; index += 1) {
    const name = `${request.name}-node-${index}`;
    nodes.push({ name, address: `${subnet}.${10 + index}`, namespace: `skiff-${id}-${index}` });
  }
  return {
    name: request.name,
    store: request.store,
    nodes,
    bridge: `skiff-${id}`,
    subnet,
    gateway: request.address ?? `${subnet}.1`,
    ...(request.address === undefined ? {} : { isOpen: true }),
    apiPort: freePorts(firstApiPort, 1, 1, taken.ports),
    basePort: freePorts(firstBasePort, Object.keys(portOffsets).length, 10, taken.ports),
  };
}

function freeSubnet(taken: ReadonlySet<string>): string {
  for (let third = 30; third < 255; third += 1) {
    const subnet = `172.31.${third}`;
    if (!taken.has(subnet)) return subnet;
  }
  throw new Error('every network from 172.31.30.0/24 to 172.31.254.0/24 is in use on this machine');
}

function freePorts(first: number, count: number, step: number, taken: ReadonlySet<number>): number {
  for (let base = first; base + count < 65536; base += step) {
    let free = true;
    for (let port = base; port < base + count; port += 1) free &&= !taken.has(port);
    if (free) return base;
  }
  throw new Error(`no ${count} free ports from ${first} on`);
}
