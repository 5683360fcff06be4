import { Command } from 'commander';
import type { CommandContext } from '../commands/context';
import { addClusterCommands, addServiceCommands } from './cluster-commands';
import { addCompletionCommands } from './completion-commands';
import { addContainerCommands } from './container-commands';
import { addShellCommand } from './node-commands';
import { addInsightCommands } from './insight-commands';

/** The command line. */
export function program(context: CommandContext): Command {
  const skiff = new Command('skiff')
    .description('Runs a Kubernetes cluster on this machine.')
    .version('0.1.0')
    .enablePositionalOptions();
  addClusterCommands(skiff, context);
  addServiceCommands(skiff, context);
  addShellCommand(skiff, context);
  addInsightCommands(skiff, context);
  addContainerCommands(skiff, context);
  addCompletionCommands(skiff, context);
  return skiff;
}
