import { Argument, type Command } from 'commander';
import { listClusters, readState } from '../cluster/state';
import { processRecords } from '../cluster/supervisor-process';
import { defaultName, pathsOf, type CommandContext } from '../commands/context';
import { clusterSchema } from '../config/cluster-config';
import { complete, type Lookup } from '../completion/complete';
import { scripts, shells, type Shell } from '../completion/scripts';

/** Scripts for shells, and what they ask. */
export function addCompletionCommands(skiff: Command, context: CommandContext): void {
  skiff
    .command('completion')
    .description(
      'print a script that completes the words of this command, such as for `source <(skiff completion bash)`',
    )
    .addArgument(new Argument('<shell>', 'for which shell').choices(shells))
    .action((shell: Shell) => context.print(scripts[shell].trimEnd()));
  skiff
    .command('schema')
    .description('print the JSON schema of the file for `up --config`, such as for an editor')
    .action(() => context.print(JSON.stringify(clusterSchema(), null, 2)));
  skiff
    .command('__complete [words...]', { hidden: true })
    .allowUnknownOption()
    .action((words: string[]) => {
      for (const word of complete(skiff, words, lookupIn(context))) context.print(word);
    });
}

const lookupIn =
  (context: CommandContext): Lookup =>
  (what, cluster = defaultName) => {
    if (what === 'cluster') return listClusters(context.clusters).map(({ name }) => name);
    const paths = pathsOf(context, cluster);
    if (what === 'service') return processRecords(paths).map(({ name }) => name);
    return readState(paths)?.nodes.map(({ name }) => name) ?? [];
  };
