import { basename, dirname } from 'node:path';
import { clusterPaths } from '../cluster/paths';
import { readHeld, release } from '../cluster/stopped-services';
import { readState, type ClusterState } from '../cluster/state';
import { recordsFile } from '../cluster/supervisor-process';
import { clusterProcesses } from '../processes/cluster-processes';
import { containerdPrefix } from '../processes/node-services';
import type { ProcessSpec } from '../processes/process-spec';
import { Supervisor } from '../processes/supervisor';
import { UserError } from '../errors';
import { type CommandContext } from './context';

/** Runs the processes of the cluster whose folder is given until it is told to end; then removes its pods. */
export async function supervise(context: CommandContext, root: string): Promise<void> {
  const paths = clusterPaths(dirname(root), basename(root));
  const cluster = readState(paths);
  if (!cluster) throw new UserError(`${root} is not the folder of a cluster`);
  // A cluster starts whole.
  release(paths);
  const specsOf = (state: ClusterState): ProcessSpec[] =>
    clusterProcesses({ cluster: state, paths, apps: context.apps });
  const supervisor = new Supervisor({
    specs: specsOf(cluster),
    logs: paths.logs,
    recordFile: recordsFile(paths),
    beforeRuntimesEnd: async (runtimes) => {
      // Loaded only now, since a gRPC client is large and this process lives as long as the cluster.
      const { removePods } = await import('../processes/pods');
      const nodes = runtimes.filter((name) => name.startsWith(containerdPrefix));
      const results = await Promise.allSettled(
        nodes.map((name) => removePods(paths.node(name.slice(containerdPrefix.length)), context.clock)),
      );
      for (const result of results)
        if (result.status === 'rejected') context.print(`pods remain: ${String(result.reason)}`);
    },
    clock: context.clock,
  });
  const lookAgain = (): void => {
    const state = readState(paths);
    if (state)
      supervisor
        .update(specsOf(state), readHeld(paths))
        .catch((error: unknown) => context.print(`what runs was not changed: ${String(error)}`));
  };
  process.on('SIGHUP', lookAgain);
  supervisor.start();
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await supervisor.stop();
}
