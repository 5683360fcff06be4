import { Option, type Command } from 'commander';
import type { CommandContext } from '../commands/context';
import { down, kubeconfig, load, logs, status, type DownOptions } from '../commands/others';
import { startService, stopService } from '../commands/services';
import { up } from '../commands/up';
import type { StoreKind } from '../cluster/state';
import { duration, named, wholeNumber } from './options';

interface UpFlags {
  readonly name: string;
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
  named(skiff.command('status').description('show the processes and nodes of a cluster')).action(
    (options: { name: string }) => status(context, options.name),
  );
  named(skiff.command('kubeconfig').description('print where the kubeconfig is')).action((options: { name: string }) =>
    kubeconfig(context, options.name),
  );
  named(skiff.command('load <archive>').description('put the images of a docker or OCI archive on every node')).action(
    (archive: string, options: { name: string }) => load(context, options.name, archive),
  );
}

function addUp(skiff: Command, context: CommandContext): void {
  named(skiff.command('up').description('start a cluster, and return when its nodes are Ready'))
    .option('--nodes <count>', 'number of nodes (default: 2)', wholeNumber(0, 20))
    .addOption(
      new Option('--store <store>', 'where objects are kept (default: "embedded")').choices(['embedded', 'etcd']),
    )
    .option('--address <ip>', 'with --nodes 0, where nodes on other machines reach the control plane')
    .addOption(
      new Option('--wait <duration>', 'how long nodes may take to be Ready; 0s waits for the API server alone')
        .argParser(duration)
        .default(90_000, '90s'),
    )
    .option('--retain', 'keep what was started when the cluster does not start', false)
    .action(({ nodes, wait, retain, ...wanted }: UpFlags) =>
      up(context, {
        wanted: { ...wanted, ...(nodes === undefined ? {} : { nodes: Array.from({ length: nodes }, () => ({})) }) },
        waitMilliseconds: wait,
        retain,
      }),
    );
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
