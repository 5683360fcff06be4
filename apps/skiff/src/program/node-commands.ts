import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CommandContext } from '../commands/context';
import { addNode, listNodes, removeNode, type NodeRemoveOptions } from '../commands/node-members';
import { shell } from '../commands/shell';
import type { Output } from '../commands/status';
import { labelKey, labelValue, taintForm } from '../config/labels';
import { duration, named, outputOption } from './options';

interface NodeAddFlags {
  readonly name: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly taint?: readonly string[];
  readonly image?: readonly string[];
  readonly wait: number;
}

const names = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function nodeName(text: string): string {
  if (!names.test(text))
    throw new InvalidArgumentError(
      'lower case letters, digits, "-" and "." are needed, with a letter or digit at both ends',
    );
  return text;
}

function label(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, key, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError('key=value is needed');
  if (!labelKey.pattern.test(key)) throw new InvalidArgumentError(`${labelKey.expected} is needed`);
  if (!labelValue.pattern.test(value)) throw new InvalidArgumentError(`${labelValue.expected} is needed`);
  return { ...before, [key]: value };
}

function taint(text: string, before: readonly string[] = []): readonly string[] {
  if (!taintForm.test(text))
    throw new InvalidArgumentError('key=value:effect is needed, with NoSchedule, PreferNoSchedule or NoExecute');
  return [...before, text];
}

/** Nodes that come to a running cluster of this machine, and go. */
export function addNodeCommands(node: Command, context: CommandContext): void {
  named(node.command('add').description('give a running cluster a further node, and return when it is Ready'))
    .argument('[node]', 'its name; by default that of the cluster, "node" and a number', nodeName)
    .option('--label <key=value>', 'a label that it gets; may be said again', label)
    .option('--taint <taint>', 'a taint that it has from the start, as key=value:effect; may be said again', taint)
    .option('--image <images...>', 'what to load on it, as `skiff load` does')
    .addOption(
      new Option('--wait <duration>', 'how long it may take to be Ready').argParser(duration).default(90_000, '90s'),
    )
    .action((own: string | undefined, flags: NodeAddFlags) =>
      addNode(context, flags.name, {
        name: own,
        labels: flags.label,
        taints: flags.taint,
        images: flags.image ?? [],
        waitMilliseconds: flags.wait,
      }),
    );
  named(node.command('remove <node>').description('have the pods of a node move to others, and remove it'))
    .option('--force', 'remove it with the pods that it has', false)
    .addOption(
      new Option('--timeout <duration>', 'how long its pods may take to move')
        .argParser(duration)
        .default(60_000, '60s'),
    )
    .action((own: string, options: NodeRemoveOptions) => removeNode(context, own, options));
  named(node.command('list').description('show the nodes of a cluster'))
    .addOption(outputOption(['table', 'json']))
    .action((options: Output & { name: string }) => listNodes(context, options));
}

/** A shell where a node is. */
export function addShellCommand(skiff: Command, context: CommandContext): void {
  named(
    skiff
      .command('shell <node> [command...]')
      .description("run a shell, or a command, in a node's network; `ctr` and `crictl` reach its container runtime"),
  ).action(async (node: string, command: string[], options: { name: string }) => {
    process.exitCode = await shell(context, options.name, node, command);
  });
}
