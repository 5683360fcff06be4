import type { NodeState } from '../cluster/state';
import { apiServer, controllerManager, scheduler, traces } from './control-plane';
import { etcd } from './etcd';
import { containerd, dns, kubelet, proxy } from './node-services';
import type { ProcessSpec, SpecContext } from './process-spec';

/** Every process of a cluster, in the order in which they are started. */
export function clusterProcesses(context: SpecContext): ProcessSpec[] {
  const { cluster } = context;
  const apiServerListens = `127.0.0.1:${cluster.apiPort}`;
  const kubeletListens = (node: NodeState): string => `${node.address}:10250`;
  const [first] = cluster.nodes;
  return [
    ...(cluster.store === 'etcd' ? [etcd(context)] : []),
    ...cluster.nodes.map((node) => containerd(context, node)),
    apiServer(context),
    // What makes nodes Ready comes first.
    ...[controllerManager(context), ...cluster.nodes.map((node) => kubelet(context, node))].map((spec) => ({
      ...spec,
      startsAfter: apiServerListens,
    })),
    ...[scheduler(context), traces(context)].map((spec) => ({
      ...spec,
      startsAfter: first ? kubeletListens(first) : apiServerListens,
    })),
    ...cluster.nodes.flatMap((node) =>
      [proxy(context, node), ...dns(context, node)].map((spec) => ({ ...spec, startsAfter: kubeletListens(node) })),
    ),
  ];
}
