import { Option, type Command } from 'commander';
import type { CommandContext } from '../commands/context';
import { load } from '../commands/load';
import { down, type DownOptions } from '../commands/down';
import { kubeconfig } from '../commands/kubeconfig';
import { logs } from '../commands/logs';
import { list, status, type Output } from '../commands/status';
import { startService, stopService } from '../commands/services';
import { up, type UpOptions } from '../commands/up';
import { readConfig } from '../config/read-config';
import type { StoreKind } from '../cluster/state';
import { address, duration, named, outputOption, wholeNumber } from './options';

interface UpFlags {
  readonly name: string;
  readonly config?: string;
  readonly nodes?: number;
  readonly store?: StoreKind;
  readonly address?: string;
  readonly wait: number;
  readonly retain: boolean;
}

/** A cluster's life, and what is in it. */
export function addClusterCommands(skiff: Command, context: CommandContext): void {
  addUp(skiff, context);
  named(skiff.command('down').description('end a cluster and remove every trace of it'))
    .option('--ignore-not-found', 'succeed when there is no such cluster', false)
    .action((options: DownOptions) => down(context, options));
  skiff
    .command('list')
    .description('show the clusters of this user')
    .addOption(outputOption(['table', 'json']))
    .action((options: Output) => list(context, options));
  named(skiff.command('status').description('show the processes and nodes of a cluster'))
    .addOption(outputOption(['table', 'json']))
    .action((options: Output & { name: string }) => status(context, options));
  named(skiff.command('kubeconfig').description('print where the kubeconfig is'))
    .option('--merge', 'put it into ~/.kube/config instead, and make it the current one; `down` takes it out', false)
    .action((options: { name: string; merge: boolean }) => kubeconfig(context, options));
  named(
    skiff
      .command('load <images...>')
      .description('put images on every node: archives, folders (OCI layout), or names of images of a Docker engine'),
  ).action((sources: string[], options: { name: string }) => load(context, options.name, sources));
}

function addUp(skiff: Command, context: CommandContext): void {
  named(skiff.command('up').description('start a cluster, and return when its nodes are Ready'))
    .option('--nodes <count>', 'number of nodes (default: 2)', wholeNumber(0, 20))
    .addOption(
      new Option('--store <store>', 'where objects are kept (default: "embedded")').choices(['embedded', 'etcd']),
    )
    .addOption(
      new Option('--address <ip>', 'with --nodes 0, where nodes on other machines reach the control plane').argParser(
        address,
      ),
    )
    .addOption(
      new Option('--wait <duration>', 'how long nodes may take to be Ready; 0s waits for the API server alone')
        .argParser(duration)
        .default(90_000, '90s'),
    )
    .option('--retain', 'keep what was started when the cluster does not start', false)
    .option('--config <file>', 'a file that describes the cluster; options win over it')
    .action((flags: UpFlags, command: Command) => up(context, upOptions(flags, command)));
}

/** The file, and what the command line says in its place. */
function upOptions({ nodes, wait, retain, config, name, store, address }: UpFlags, command: Command): UpOptions {
  const file = config === undefined ? { cluster: {}, images: [] } : readConfig(config);
  const isNamed = command.getOptionValueSource('name') !== 'default';
  return {
    wanted: {
      ...file.cluster,
      name: isNamed ? name : (file.cluster.name ?? name),
      ...(store !== undefined && { store }),
      ...(address !== undefined && { address }),
      ...(nodes !== undefined && { nodes: Array.from({ length: nodes }, () => ({})) }),
    },
    images: file.images,
    waitMilliseconds: wait,
    retain,
  };
}

/** For whoever wants to see what the services of a cluster do, and what it does without one. */
export function addServiceCommands(skiff: Command, context: CommandContext): void {
  named(skiff.command('logs <service>').description('print the log of a service'))
    .option('-f, --follow', 'go on with what it writes', false)
    .action((service: string, options: { name: string; follow: boolean }) =>
      logs(context, options.name, service, options.follow),
    );
  named(
    skiff.command('stop <service>').description('end a service of a running cluster, and keep it from starting again'),
  )
    .option('--kill', 'end it as a crash does', false)
    .action((service: string, options: { name: string; kill: boolean }) =>
      stopService(context, options.name, service, options.kill ? 'kill' : 'stop'),
    );
  named(skiff.command('start <service>').description('start a service that was stopped')).action(
    (service: string, options: { name: string }) => startService(context, options.name, service),
  );
}
