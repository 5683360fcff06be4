import { Command } from 'commander';
import type { CommandContext } from '../commands/context';
import { addClusterCommands, addServiceCommands } from './cluster-commands';
import { addContainerCommands } from './container-commands';
import { addInsightCommands } from './insight-commands';

/** The command line. */
export function program(context: CommandContext): Command {
  const skiff = new Command('skiff').description('Runs a Kubernetes cluster on this machine.').version('0.1.0');
  addClusterCommands(skiff, context);
  addServiceCommands(skiff, context);
  addInsightCommands(skiff, context);
  addContainerCommands(skiff, context);
  return skiff;
}
