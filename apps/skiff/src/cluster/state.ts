import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clusterPaths, type ClusterPaths } from './paths';

export type StoreKind = 'embedded' | 'etcd';

export interface NodeState {
  readonly name: string;
  /** Its address on the cluster's bridge. */
  readonly address: string;
  /** The network namespace, below /run/netns. */
  readonly namespace: string;
  /** What the administrator wants it to have besides the kubelet's own. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** As key=value:effect, from the node's start on. */
  readonly taints?: readonly string[] | undefined;
}

/** Further flags of services, by their names in camel case. */
export type ServiceSettings = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What `skiff up` decided for a cluster, kept in cluster.json. */
export interface ClusterState {
  readonly name: string;
  readonly store: StoreKind;
  readonly nodes: readonly NodeState[];
  readonly bridge: string;
  /** The first three octets of the bridge's /24. */
  readonly subnet: string;
  /** Where nodes reach the control plane: the bridge's own address, or that of this machine for nodes on others. */
  readonly gateway: string;
  /** Whether the nodes are other machines, so that what they talk to is on a network that is not the cluster's own. */
  readonly isOpen?: boolean;
  readonly apiPort: number;
  /** First of a few ports on loopback for etcd, metrics and traces. */
  readonly basePort: number;
  /** The ranges of pods and of the cluster IPs of Services; where absent, the default ones. */
  readonly podRange?: string | undefined;
  readonly serviceRange?: string | undefined;
  /** By service, such as "kubelet". */
  readonly settings?: ServiceSettings | undefined;
}

export function readState(paths: ClusterPaths): ClusterState | undefined {
  if (!existsSync(paths.state)) return undefined;
  return JSON.parse(readFileSync(paths.state, 'utf8')) as ClusterState;
}

/** Writes the state so that a reader sees the old or the new one, never a part. */
export function writeState(paths: ClusterPaths, state: ClusterState): void {
  // Keys and secrets lie below it.
  mkdirSync(dirname(paths.state), { recursive: true, mode: 0o700 });
  writeFileSync(`${paths.state}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${paths.state}.new`, paths.state);
}

/** Every cluster that has state below this folder. */
export function listClusters(clusters: string): ClusterState[] {
  if (!existsSync(clusters)) return [];
  return readdirSync(clusters)
    .map((name) => readState(clusterPaths(clusters, name)))
    .filter((state) => state !== undefined);
}

/** The namespace folder that `ip netns` uses. */
export const namespacePath = (namespace: string): string => join('/run/netns', namespace);
