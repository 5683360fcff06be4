import { existsSync, readFileSync } from 'node:fs';
import { discard } from '../cluster/discard';
import { readState } from '../cluster/state';
import { mergedName, takeOutOf } from '../kubeconfig/merge';
import { alone, noCluster, pathsOf, type CommandContext } from './context';
import { userKubeconfig } from './kubeconfig';

export interface DownOptions {
  readonly name: string;
  /** Whether it is fine that there is no such cluster. */
  readonly ignoreNotFound: boolean;
}

/** Ends a cluster and removes every trace of it. */
export function down(context: CommandContext, { name, ignoreNotFound }: DownOptions): Promise<void> {
  return alone(context, name, async () => {
    const paths = pathsOf(context, name);
    const cluster = readState(paths);
    if (!cluster && ignoreNotFound) return context.print(`There is no cluster "${name}".`);
    if (!cluster) throw noCluster(context, name);
    const own = existsSync(paths.kubeconfig) ? readFileSync(paths.kubeconfig, 'utf8') : undefined;
    await discard(context.machine, paths, cluster, context.clock);
    if (own !== undefined && takeOutOf(userKubeconfig(context), name, own))
      context.print(`The context "${mergedName(name)}" is no longer in ${userKubeconfig(context)}.`);
    context.print(`Cluster "${name}" is gone.`);
  });
}
