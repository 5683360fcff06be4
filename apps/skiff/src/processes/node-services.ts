import { join } from 'node:path';
import type { NodeState } from '../cluster/state';
import { rangesOf } from '../network/network';
import type { ProcessSpec, SpecContext } from './process-spec';
import { app, identity, inNamespace } from './service-spec';

/** The process of a node's container runtime is called so, and then as the node. */
export const containerdPrefix = 'containerd-';

export function containerd({ paths }: SpecContext, node: NodeState): ProcessSpec {
  return {
    name: `${containerdPrefix}${node.name}`,
    ...inNamespace(node, ['containerd', '--config', paths.node(node.name).containerdConfig]),
  };
}

export function kubelet(context: SpecContext, node: NodeState): ProcessSpec {
  const paths = context.paths.node(node.name);
  const key = `kubelet-${node.name}`;
  return app(
    context,
    'kubelet',
    [
      ...identity(context, key),
      ...['--node-name', node.name, '--node-ip', node.address],
      ...['--runtime-endpoint', `unix://${paths.containerdSocket}`, '--root-dir', paths.kubelet],
      // What drivers and plugins look for on a machine that is one node's alone.
      ...['--host-path-aliases', `/var/lib/kubelet=${paths.kubelet}`],
      ...['--cni-conf-dir', paths.cni, '--cgroup-root', `/skiff/${node.namespace}`, '--resolv-conf', paths.resolvConf],
      ...['--cluster-dns', rangesOf(context.cluster).dns, '--cluster-domain', 'cluster.local'],
      ...['--tls-cert-file', join(context.paths.pki, `${key}-serving.crt`)],
      ...['--tls-key-file', join(context.paths.pki, `${key}-serving.key`)],
      ...(node.taints?.length ? ['--register-with-taints', node.taints.join(',')] : []),
    ],
    node,
  );
}

export function proxy(context: SpecContext, node: NodeState): ProcessSpec {
  return app(
    context,
    'proxy',
    [...identity(context, 'proxy'), '--node-name', node.name, '--cluster-cidr', rangesOf(context.cluster).pods],
    node,
  );
}

/** Two that share the port: when one goes, however it goes, the other has all queries at once. */
export function dns(context: SpecContext, node: NodeState): ProcessSpec[] {
  const server = app(
    context,
    'dns',
    [
      ...identity(context, 'dns'),
      ...['--bind-address', node.address, '--port', '53', '--cluster-domain', 'cluster.local'],
      ...['--resolv-conf', context.paths.node(node.name).resolvConf],
    ],
    node,
  );
  return [server, { ...server, name: `dns-standby-${node.name}` }];
}
