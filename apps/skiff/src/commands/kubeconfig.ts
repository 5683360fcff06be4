import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { mergedName, mergeInto } from '../kubeconfig/merge';
import { clusterOf, type CommandContext } from './context';

/** Where kubectl looks when nothing else is said. */
export const userKubeconfig = ({ environment }: CommandContext): string =>
  join(environment['HOME'] ?? homedir(), '.kube', 'config');

/** Prints where the kubeconfig of a cluster's administrator is, or puts it into the user's own. */
export function kubeconfig(context: CommandContext, { name, merge }: { name: string; merge: boolean }): void {
  const { paths } = clusterOf(context, name);
  if (!merge) return context.print(paths.kubeconfig);
  const file = userKubeconfig(context);
  mergeInto(file, name, readFileSync(paths.kubeconfig, 'utf8'));
  context.print(`The context "${mergedName(name)}" is in ${file}, and is the current one.`);
}
