import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { namespacePath } from '../cluster/state';
import { UserError } from '../errors';
import { runningClusterOf, type CommandContext } from './context';

/**
 * Runs a shell, or the command, in the network of a node, where `ctr` and `kubectl` reach the node's runtime and the
 * cluster. Resolves with its exit code.
 */
export async function shell(
  context: CommandContext,
  name: string,
  nodeName: string,
  command: readonly string[],
): Promise<number> {
  const { paths, cluster } = runningClusterOf(context, name);
  const node = cluster.nodes.find((each) => each.name === nodeName);
  const known = cluster.nodes.map((each) => each.name).join(', ') || 'none on this machine';
  if (!node) throw new UserError(`there is no node "${nodeName}"; there are: ${known}`);
  const program = command.length > 0 ? command : [context.environment['SHELL'] ?? '/bin/sh'];
  const child = spawn('nsenter', [`--net=${namespacePath(node.namespace)}`, '--', ...program], {
    stdio: 'inherit',
    env: {
      ...context.environment,
      CONTAINERD_ADDRESS: paths.node(nodeName).containerdSocket,
      CONTAINERD_NAMESPACE: 'k8s.io',
      CONTAINER_RUNTIME_ENDPOINT: `unix://${paths.node(nodeName).containerdSocket}`,
      SKIFF_NODE: nodeName,
    },
  });
  // A terminal's signals are the shell's to answer.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject).once('exit', (code, signal) => resolve(code ?? exitCodeOf(signal)));
    });
  } finally {
    process.off('SIGINT', ignore);
  }
}

/** What a shell makes of a program that a signal ended. */
const exitCodeOf = (signal: NodeJS.Signals | null): number => (signal === null ? 1 : 128 + constants.signals[signal]);
