import type { Command, Option } from 'commander';
import type { CommandContext } from '../commands/context';
import { explain, type ExplainOptions } from '../commands/explain';
import { trace, type TraceOptions } from '../commands/trace';
import { fromEnvironment, hostAndPort, named, outputOption, wholeNumber } from './options';

/** Why things are as they are. */
export function addInsightCommands(skiff: Command, context: CommandContext): void {
  const caFile = (): Option =>
    fromEnvironment('--ca-file <file>', 'the CA that its certificate is signed by', 'CA_FILE');
  const certFile = (): Option => fromEnvironment('--cert-file <file>', 'a certificate that it trusts', 'CERT_FILE');
  const keyFile = (): Option => fromEnvironment('--key-file <file>', 'the key of that certificate', 'KEY_FILE');
  named(skiff.command('trace <object>').description('print what caused what, such as of deployment/web'))
    .option('-n, --namespace <namespace>', 'namespace of the object', 'default')
    .addOption(outputOption(['tree', 'json']))
    .option('--all', 'print every span, rather than what tells the story', false)
    .option('--changes', 'list the changes of the object, rather than telling of one', false)
    .option('--change <number>', 'which change to tell of, as `--changes` numbers them', wholeNumber(1, 100), 1)
    .option('--html [file]', 'write it as a page for a browser, to a file or to standard output')
    .addOption(
      fromEnvironment(
        '--traces <host:port>',
        'the traces service, where skiff up did not start it',
        'TRACES',
      ).argParser(hostAndPort),
    )
    .addOption(caFile())
    .addOption(certFile())
    .addOption(keyFile())
    .action((object: string, options: TraceOptions) => trace(context, object, options));
  named(skiff.command('explain <pod>').description('print why a pod is on its node, or pending, such as of pod/web'))
    .option('-n, --namespace <namespace>', 'namespace of the pod', 'default')
    .addOption(outputOption(['table', 'json']))
    .addOption(
      fromEnvironment(
        '--scheduler <host:port>',
        'the scheduler, where skiff up did not start it',
        'SCHEDULER',
      ).argParser(hostAndPort),
    )
    .addOption(caFile())
    .addOption(certFile())
    .addOption(keyFile())
    .action((object: string, options: ExplainOptions) => explain(context, object, options));
}
