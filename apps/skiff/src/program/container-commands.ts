import { Option, type Command } from 'commander';
import { addons } from '../commands/addons';
import type { CommandContext } from '../commands/context';
import { node as beNode, type NodeOptions } from '../commands/node';
import { nodeCertificates, type NodeCertificatesOptions } from '../commands/node-certificates';
import { pki } from '../commands/pki';
import type { ComposePkiRequest } from '../cluster/compose-pki';
import { addNodeCommands } from './node-commands';
import { address, fromEnvironment, hostAndPort, named, nameList, serverUrl, wholeNumber } from './options';

/** What docker-compose.yml is made of besides the services; an option may also come from its environment variable. */
export function addContainerCommands(skiff: Command, context: CommandContext): void {
  const option = (flags: string, description: string, variable: string, value: string): Option =>
    new Option(flags, description).env(`SKIFF_${variable}`).default(value);
  // Nothing is written where nobody said so.
  const folder = (flags: string, description: string, variable: string): Option =>
    fromEnvironment(flags, description, variable).makeOptionMandatory();
  const count = (flags: string, description: string, variable: string): Option =>
    new Option(flags, description).env(`SKIFF_${variable}`).default(16).argParser(wholeNumber(1, 250));
  const apiServer = option('--api-server <host:port>', 'the API server', 'API_SERVER', 'api-server:6443').argParser(
    hostAndPort,
  );
  named(
    skiff
      .command('node-certificates <node>')
      .description('make what another machine needs to be a node of a cluster, or renew it')
      .option('--out <folder>', 'where it goes; by default a folder of the name of the node')
      .option('--authority <folder>', 'the folder with the CA, where skiff up did not make it'),
  ).action((name: string, options: NodeCertificatesOptions) => nodeCertificates(context, name, options));
  skiff
    .command('pki')
    .description('make the CA and every certificate of a cluster of containers, and the kubeconfig')
    .addOption(option('--cluster-name <name>', 'name of the cluster', 'CLUSTER_NAME', 'skiff'))
    .addOption(folder('--authority <folder>', 'what only this command needs: the CA', 'AUTHORITY'))
    .addOption(folder('--out <folder>', 'a folder for each service is made here', 'PKI'))
    .addOption(count('--nodes <count>', 'how many nodes may join', 'NODE_SLOTS'))
    .addOption(
      new Option('--api-server-hosts <names>', 'names of the API server, comma-separated')
        .env('SKIFF_API_HOSTS')
        .default(['api-server'], 'api-server')
        .argParser(nameList),
    )
    .addOption(
      new Option('--owner <uid>', 'user that the services run as').default(65532).argParser(wholeNumber(0, 4294967294)),
    )
    .addOption(folder('--kubeconfig <file>', 'where the kubeconfig goes', 'KUBECONFIG'))
    .addOption(
      option('--server <url>', 'the API server in the kubeconfig', 'SERVER', 'https://127.0.0.1:6443').argParser(
        serverUrl,
      ),
    )
    .action((options: ComposePkiRequest) => pki(context, options));
  skiff
    .command('addons')
    .description("create the objects of a cluster's own services")
    .addOption(apiServer)
    .addOption(option('--pki <folder>', "the administrator's certificate", 'PKI', '/pki/admin'))
    .action((options: { apiServer: string; pki: string }) => addons(context, options));
  const node = skiff
    .command('node')
    .description('add nodes to a cluster of this machine, or be a node: container runtime, kubelet, proxy and DNS');
  addNodeCommands(node.enablePositionalOptions(), context);
  node
    .addOption(apiServer)
    .addOption(
      new Option('--node-name <name>', 'name of the node; by default that of the lowest free slot').env(
        'SKIFF_NODE_NAME',
      ),
    )
    .addOption(
      new Option('--node-ip <address>', 'its address; by default the one from which it reaches the API server')
        .env('SKIFF_NODE_IP')
        .argParser(address),
    )
    .addOption(option('--cgroup-root <group>', 'the control group of its pods', 'CGROUP_ROOT', '/kubepods'))
    .addOption(option('--state <folder>', 'state of all nodes, a folder for each', 'STATE', '/var/lib/skiff'))
    .addOption(count('--slots <count>', 'how many nodes have certificates', 'NODE_SLOTS'))
    .addOption(option('--pki <folder>', 'certificates of nodes', 'PKI', '/pki/node'))
    .addOption(option('--otlp-endpoint <url>', 'where traces go; empty is nowhere', 'OTLP_ENDPOINT', ''))
    .addOption(option('--trace-sampling <share>', 'share of new traces that is kept', 'TRACE_SAMPLING', '1'))
    .action((options: NodeOptions) => beNode(context, options));
}
