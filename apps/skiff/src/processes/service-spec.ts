import { join } from 'node:path';
import { namespacePath, type ClusterState, type NodeState } from '../cluster/state';
import { tracesAddress } from './addresses';
import type { ProcessSpec, SpecContext } from './process-spec';
import { serviceProgram, type ServiceName } from './service-program';

/** A service of the cluster, on a node if it is one's. */
export function app(context: SpecContext, name: ServiceName, args: readonly string[], node?: NodeState): ProcessSpec {
  const { command, environment } = serviceProgram(context.apps, name);
  return {
    name: node ? `${name}-${node.name}` : name,
    ...inNamespace(node, [...command, ...args, ...furtherFlags(context.cluster, name)]),
    environment,
  };
}

/** What the cluster's configuration says of a service. Checked when it was read: none of them is set above. */
function furtherFlags({ settings = {} }: ClusterState, name: ServiceName): string[] {
  return Object.entries(settings[name] ?? {}).map(([setting, value]) => `${flagOf(setting)}=${value}`);
}

/** The flag of a setting's name in camel case. */
export const flagOf = (setting: string): string =>
  `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** A command as it is run in the network of a node. */
export function inNamespace(
  node: NodeState | undefined,
  command: readonly string[],
): { program: string; args: readonly string[] } {
  const [program = '', ...args] = command;
  if (!node) return { program, args };
  return { program: 'nsenter', args: [`--net=${namespacePath(node.namespace)}`, '--', program, ...args] };
}

/** The flags with which a client of the API server proves who it is. */
export function identity(context: SpecContext, name: string): string[] {
  return [...apiClient(context, name), ...tracing(context)];
}

export function apiClient({ cluster, paths }: SpecContext, name: string): string[] {
  return [
    ...['--api-server', `${cluster.gateway}:${cluster.apiPort}`, '--ca-file', join(paths.pki, 'ca.crt')],
    ...['--cert-file', join(paths.pki, `${name}.crt`), '--key-file', join(paths.pki, `${name}.key`)],
  ];
}

export function tracing({ cluster, paths }: SpecContext): string[] {
  return ['--otlp-endpoint', `https://${tracesAddress(cluster)}`, '--otlp-ca-file', join(paths.pki, 'ca.crt')];
}
