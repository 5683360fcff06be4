import type { ClusterPaths } from '../cluster/paths';
import type { NodeState } from '../cluster/state';
import { run } from '../network/commands';

/** Imports a docker or OCI archive into a node's containerd; returns the names of its images. */
export async function loadImage(paths: ClusterPaths, node: NodeState, archive: string): Promise<string[]> {
  const output = await run('ctr', [
    '--address',
    paths.node(node.name).containerdSocket,
    '--namespace',
    'k8s.io',
    'images',
    'import',
    '--all-platforms',
    archive,
  ]);
  return [...output.matchAll(/unpacking (\S+)/g)].map((match) => match[1] ?? '');
}
