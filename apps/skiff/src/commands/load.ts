import type { ClusterPaths } from '../cluster/paths';
import { counted } from '../cluster/bring-up';
import type { ClusterState, NodeState } from '../cluster/state';
import { UserError } from '../errors';
import { loadImage } from '../images/load';
import { openImages, type ImageArchive } from '../images/source';
import { CommandError } from '../network/commands';
import { runningClusterOf, type CommandContext } from './context';

/** Puts the images of archives, folders or a Docker engine on every node. */
export async function load(context: CommandContext, name: string, sources: readonly string[]): Promise<void> {
  const { paths, cluster } = runningClusterOf(context, name);
  if (cluster.nodes.length === 0)
    throw new UserError(
      `cluster "${name}" has no nodes on this machine: load images where the nodes are, with \`ctr\``,
    );
  await loadOnNodes(context, paths, cluster.nodes, sources);
}

/** The same for some nodes of a cluster. */
export async function loadOnNodes(
  context: CommandContext,
  paths: ClusterPaths,
  nodes: ClusterState['nodes'],
  sources: readonly string[],
): Promise<void> {
  for (const source of sources) {
    const archive = await openImages(source);
    try {
      for (const image of await importArchive(context, paths, nodes, source, archive))
        context.print(`${image} is on ${counted(nodes.length, 'node')}`);
    } finally {
      archive.close();
    }
  }
}

async function importArchive(
  context: CommandContext,
  paths: ClusterPaths,
  nodes: readonly NodeState[],
  source: string,
  { file, bytes }: ImageArchive,
): Promise<readonly string[]> {
  let taken = 0;
  const advanced = (more: number): void => {
    taken += more;
    context.progress(`loading ${source}: ${Math.floor((100 * taken) / Math.max(1, bytes * nodes.length))} %`);
  };
  try {
    const images = await Promise.all(nodes.map((node) => loadImage(paths, node, file, advanced)));
    const [first = []] = images;
    if (first.length === 0) throw new UserError(`${source} has no image in it`);
    return first;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const reason = error.output.trim().replace(/^ctr: /, '') || 'the runtime does not take it';
    throw new UserError(
      `${source} cannot be loaded: ${reason}\nAn archive of \`docker save\`, or of an OCI layout, is needed.`,
    );
  } finally {
    context.progress('');
  }
}
