import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where everything of one cluster lies. Removing `root` removes the cluster's state. */
export interface ClusterPaths {
  readonly root: string;
  readonly state: string;
  readonly pki: string;
  readonly logs: string;
  readonly store: string;
  readonly kubeconfig: string;
  /** The supervisor's control socket and process id. */
  readonly supervisorPid: string;
  /** Which services a user has stopped: a file for each. */
  readonly held: string;
  node(name: string): NodePaths;
}

/** Where everything of one node lies. */
export interface NodePaths {
  readonly root: string;
  readonly kubelet: string;
  readonly containerd: string;
  readonly containerdConfig: string;
  readonly containerdSocket: string;
  readonly cni: string;
  readonly resolvConf: string;
}

/** Where clusters are kept when nobody says where. */
export const ownHome = (): string => join(homedir(), '.skiff');

/** The folder that holds all clusters of this user: `home`, else `~/.skiff`. */
export function clustersRoot(home: string | undefined): string {
  return join(home ?? ownHome(), 'clusters');
}

export function clusterPaths(clusters: string, name: string): ClusterPaths {
  const root = join(clusters, name);
  return {
    root,
    state: join(root, 'cluster.json'),
    pki: join(root, 'pki'),
    logs: join(root, 'logs'),
    store: join(root, 'store'),
    kubeconfig: join(root, 'kubeconfig'),
    supervisorPid: join(root, 'supervisor.pid'),
    held: join(root, 'held'),
    node: (node) => nodePaths(join(root, 'nodes', node)),
  };
}

function nodePaths(root: string): NodePaths {
  return {
    root,
    kubelet: join(root, 'kubelet'),
    containerd: join(root, 'containerd'),
    containerdConfig: join(root, 'containerd.toml'),
    containerdSocket: join(root, 'containerd.sock'),
    cni: join(root, 'cni'),
    resolvConf: join(root, 'resolv.conf'),
  };
}
