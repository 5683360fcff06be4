import { dirname } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { addons } from './commands/addons';
import { commandContext, UserError, type CommandContext } from './commands/context';
import { explain, type ExplainOptions } from './commands/explain';
import { node, type NodeOptions } from './commands/node';
import { nodeCertificates, type NodeCertificatesOptions } from './commands/node-certificates';
import { down, kubeconfig, load, logs, status } from './commands/others';
import { pki } from './commands/pki';
import { startService, stopService } from './commands/services';
import { trace, type TraceOptions } from './commands/trace';
import { up, type UpOptions } from './commands/up';
import type { ComposePkiRequest } from './cluster/compose-pki';

/** Reads a whole number within bounds. */
function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!Number.isInteger(count) || count < least || count > most)
      throw new InvalidArgumentError(`a number from ${least} to ${most} is needed`);
    return count;
  };
}

function program(context: CommandContext): Command {
  const skiff = new Command('skiff').description('Runs a Kubernetes cluster on this machine.').version('0.1.0');
  const named = (command: Command): Command => command.option('--name <name>', 'name of the cluster', 'skiff');
  named(skiff.command('up').description('start a cluster, and return when its nodes are Ready'))
    .option('--nodes <count>', 'number of nodes', wholeNumber(0, 20), 2)
    .addOption(
      new Option('--store <store>', 'where objects are kept').choices(['embedded', 'etcd']).default('embedded'),
    )
    .option('--address <ip>', 'with --nodes 0, where nodes on other machines reach the control plane')
    .action((options: UpOptions) => up(context, options));
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
  addServiceCommands(named, skiff, context);
  named(
    skiff
      .command('node-certificates <node>')
      .description('make what another machine needs to be a node of a cluster, or renew it')
      .option('--out <folder>', 'where it goes; by default a folder of the name of the node')
      .option('--authority <folder>', 'the folder with the CA, where skiff up did not make it'),
  ).action((name: string, options: NodeCertificatesOptions) => nodeCertificates(context, name, options));
  named(skiff.command('trace <object>').description('print what caused what, such as of deployment/web'))
    .option('-n, --namespace <namespace>', 'namespace of the object', 'default')
    .addOption(new Option('-o, --output <form>', 'how it is printed').choices(['tree', 'json']).default('tree'))
    .option('--html [file]', 'write it as a page for a browser, to a file or to standard output')
    .addOption(
      new Option('--traces <host:port>', 'the traces service, where skiff up did not start it').env('SKIFF_TRACES'),
    )
    .addOption(new Option('--ca-file <file>', 'the CA that its certificate is signed by').env('SKIFF_CA_FILE'))
    .action((object: string, options: TraceOptions) => trace(context, object, options));
  named(skiff.command('explain <pod>').description('print why a pod is on its node, or pending, such as of pod/web'))
    .option('-n, --namespace <namespace>', 'namespace of the pod', 'default')
    .addOption(new Option('-o, --output <form>', 'how it is printed').choices(['table', 'json']).default('table'))
    .addOption(
      new Option('--scheduler <host:port>', 'the scheduler, where skiff up did not start it').env('SKIFF_SCHEDULER'),
    )
    .addOption(new Option('--ca-file <file>', 'the CA that its certificate is signed by').env('SKIFF_CA_FILE'))
    .addOption(new Option('--cert-file <file>', 'a certificate that it trusts').env('SKIFF_CERT_FILE'))
    .addOption(new Option('--key-file <file>', 'the key of that certificate').env('SKIFF_KEY_FILE'))
    .action((object: string, options: ExplainOptions) => explain(context, object, options));
  addContainerCommands(skiff, context);
  return skiff;
}

/** For whoever wants to see what a cluster does without one of its services. */
function addServiceCommands(named: (command: Command) => Command, skiff: Command, context: CommandContext): void {
  named(
    skiff
      .command('stop <service>')
      .description('end a service of a running cluster, and keep it from starting again')
      .option('--kill', 'end it as a crash does', false),
  ).action((service: string, options: { name: string; kill: boolean }) =>
    stopService(context, options.name, service, options.kill ? 'kill' : 'stop'),
  );
  named(skiff.command('start <service>').description('start a service that was stopped')).action(
    (service: string, options: { name: string }) => startService(context, options.name, service),
  );
}

/** What docker-compose.yml is made of besides the services; an option may also come from its environment variable. */
function addContainerCommands(skiff: Command, context: CommandContext): void {
  const option = (flags: string, description: string, variable: string, value: string): Option =>
    new Option(flags, description).env(`SKIFF_${variable}`).default(value);
  const count = (flags: string, description: string, variable: string): Option =>
    new Option(flags, description).env(`SKIFF_${variable}`).default(16).argParser(wholeNumber(1, 250));
  const apiServer = option('--api-server <host:port>', 'the API server', 'API_SERVER', 'api-server:6443');
  skiff
    .command('pki')
    .description('make the CA and every certificate of a cluster of containers, and the kubeconfig')
    .addOption(option('--cluster-name <name>', 'name of the cluster', 'CLUSTER_NAME', 'skiff'))
    .addOption(option('--authority <folder>', 'what only this command needs: the CA', 'AUTHORITY', '/authority'))
    .addOption(option('--out <folder>', 'a folder for each service is made here', 'PKI', '/pki'))
    .addOption(count('--nodes <count>', 'how many nodes may join', 'NODE_SLOTS'))
    .addOption(
      option('--api-server-hosts <names>', 'names of the API server, comma-separated', 'API_HOSTS', 'api-server'),
    )
    .addOption(
      new Option('--owner <uid>', 'user that the services run as').default(65532).argParser(wholeNumber(0, 4294967294)),
    )
    .addOption(option('--kubeconfig <file>', 'where the kubeconfig goes', 'KUBECONFIG', '/kubeconfig/config'))
    .addOption(option('--server <url>', 'the API server in the kubeconfig', 'SERVER', 'https://127.0.0.1:6443'))
    .action(({ apiServerHosts, ...options }: Omit<ComposePkiRequest, 'apiServerHosts'> & { apiServerHosts: string }) =>
      pki(context, { ...options, apiServerHosts: apiServerHosts.split(',') }),
    );
  skiff
    .command('addons')
    .description("create the objects of a cluster's own services")
    .addOption(apiServer)
    .addOption(option('--pki <folder>', "the administrator's certificate", 'PKI', '/pki/admin'))
    .action((options: { apiServer: string; pki: string }) => addons(context, options));
  skiff
    .command('node')
    .description('be a node: container runtime, kubelet, proxy and DNS')
    .addOption(apiServer)
    .addOption(
      new Option('--node-name <name>', 'name of the node; by default that of the lowest free slot').env(
        'SKIFF_NODE_NAME',
      ),
    )
    .addOption(
      new Option('--node-ip <address>', 'its address; by default the one from which it reaches the API server').env(
        'SKIFF_NODE_IP',
      ),
    )
    .addOption(option('--cgroup-root <group>', 'the control group of its pods', 'CGROUP_ROOT', '/kubepods'))
    .addOption(option('--state <folder>', 'state of all nodes, a folder for each', 'STATE', '/var/lib/skiff'))
    .addOption(count('--slots <count>', 'how many nodes have certificates', 'NODE_SLOTS'))
    .addOption(option('--pki <folder>', 'certificates of nodes', 'PKI', '/pki/node'))
    .addOption(option('--otlp-endpoint <url>', 'where traces go; empty is nowhere', 'OTLP_ENDPOINT', ''))
    .addOption(option('--trace-sampling <share>', 'share of new traces that is kept', 'TRACE_SAMPLING', '1'))
    .action((options: NodeOptions) => node(context, options));
}

// Whoever reads what is printed may have had enough of it, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

program(commandContext(dirname(__dirname)))
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(
      `skiff: ${error instanceof UserError ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = 1;
  });
