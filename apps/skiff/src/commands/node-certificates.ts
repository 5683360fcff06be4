import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureNodePki } from '@skiff/pki';
import type { ClusterState } from '../cluster/state';
import { tracesAddress } from '../processes/addresses';
import { UsageError, UserError } from '../errors';
import { clusterOf, type CommandContext } from './context';

export interface NodeCertificatesOptions {
  readonly name: string;
  readonly out?: string;
  readonly authority?: string;
}

/** A DNS subdomain, as upstream demands of a node's name (RFC 1123). */
const nodeNames = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Makes the certificates with which a machine joins a cluster under a name; those that are there and good stay. */
export async function nodeCertificates(
  context: CommandContext,
  node: string,
  options: NodeCertificatesOptions,
): Promise<void> {
  if (!nodeNames.test(node))
    throw new UsageError(
      `"${node}" is no name of a node: lower case letters, digits, "-" and ".", with a letter or digit at both ends`,
    );
  const local = options.authority === undefined ? clusterOf(context, options.name) : undefined;
  const authority = options.authority ?? local?.paths.pki ?? '';
  if (!existsSync(join(authority, 'ca.key')))
    throw new UserError(`${authority} has no ca.key to sign certificates with`);
  const out = resolve(options.out ?? node);
  await ensureNodePki(authority, node, out, context.clock.now());
  context.print(`What "${node}" needs is in ${out}: copy it to that machine, and let nobody else read it.`);
  if (local?.cluster.isOpen) context.print(`\nNext, on that machine:\n  ${nodeCommand(local.cluster, node)}`);
}

function nodeCommand(cluster: ClusterState, node: string): string {
  return [
    ...['skiff node', `--node-name ${node}`, `--api-server ${cluster.gateway}:${cluster.apiPort}`],
    ...[`--otlp-endpoint https://${tracesAddress(cluster)}`, '--pki <the copy>'],
  ].join(' ');
}
