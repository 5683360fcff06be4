import { dirname } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { commandContext, UserError, type CommandContext } from './commands/context';
import { down, kubeconfig, load, logs, status } from './commands/others';
import { trace } from './commands/trace';
import { up } from './commands/up';
import type { StoreKind } from './cluster/state';

/** A count of nodes, 1 to 20. */
function nodeCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 20)
    throw new InvalidArgumentError('a number from 1 to 20 is needed');
  return count;
}

function program(context: CommandContext): Command {
  const skiff = new Command('skiff').description('Runs a Kubernetes cluster on this machine.').version('0.1.0');
  const named = (command: Command): Command => command.option('--name <name>', 'name of the cluster', 'skiff');
  named(skiff.command('up').description('start a cluster, and return when its nodes are Ready'))
    .option('--nodes <count>', 'number of nodes', nodeCount, 2)
    .addOption(
      new Option('--store <store>', 'where objects are kept').choices(['embedded', 'etcd']).default('embedded'),
    )
    .action((options: { name: string; nodes: number; store: StoreKind }) => up(context, options));
  named(skiff.command('down').description('end a cluster and remove every trace of it')).action(
    (options: { name: string }) => down(context, options.name),
  );
  named(skiff.command('status').description('show the processes and nodes of a cluster')).action(
    (options: { name: string }) => status(context, options.name),
  );
  named(skiff.command('kubeconfig').description('print where the kubeconfig is')).action((options: { name: string }) =>
    kubeconfig(context, options.name),
  );
  named(skiff.command('load <archive>').description('put the images of a docker or OCI archive on every node')).action(
    (archive: string, options: { name: string }) => load(context, options.name, archive),
  );
  named(
    skiff
      .command('logs <service>')
      .description('print the log of a service')
      .option('-f, --follow', 'go on with what it writes', false),
  ).action((service: string, options: { name: string; follow: boolean }) =>
    logs(context, options.name, service, options.follow),
  );
  named(skiff.command('trace <object>').description('print what caused what, such as of deployment/web'))
    .option('-n, --namespace <namespace>', 'namespace of the object', 'default')
    .action((object: string, options: { name: string; namespace: string }) => trace(context, object, options));
  return skiff;
}

program(commandContext(dirname(__dirname)))
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(
      `skiff: ${error instanceof UserError ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 1;
  });
