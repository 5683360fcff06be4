import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Kinds } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import { adminClient } from '../cluster/admin-client';
import { installAddons } from '../cluster/addons';
import { becomeReady, prepare } from '../cluster/bring-up';
import { drain } from '../cluster/drain';
import { removeNodeLeftovers } from '../cluster/leftovers';
import type { ClusterPaths } from '../cluster/paths';
import { planNode, type NodeRequest } from '../cluster/plan';
import { nodeConditions } from '../cluster/readiness';
import { readState, writeState, type ClusterState, type NodeState } from '../cluster/state';
import { processRecords, tellSupervisor } from '../cluster/supervisor-process';
import { Interrupted, messageOf, UserError } from '../errors';
import { requireFiles } from '../images/source';
import { deleteNodeNetwork } from '../network/network';
import { table } from '../text/table';
import { alone, runningClusterOf, type CommandContext } from './context';
import { interruptible } from './interruptible';
import { loadOnNodes } from './load';
import type { Output } from './status';

export interface NodeAddOptions extends NodeRequest {
  readonly waitMilliseconds: number;
  readonly images: readonly string[];
}

/** Gives a running cluster a further node, and returns when it is Ready. */
export function addNode(context: CommandContext, name: string, options: NodeAddOptions): Promise<void> {
  return alone(context, name, () =>
    interruptible(async (interrupt) => {
      const { paths, cluster: before } = runningCluster(context, name);
      requireFiles(options.images);
      const node = planNode(before, options);
      const cluster = { ...before, nodes: [...before.nodes, node] };
      const progress = (line: string): void => context.print(`  ${line}`);
      const { waitMilliseconds } = options;
      context.print(`Adding node "${node.name}" to cluster "${name}"`);
      writeState(paths, cluster);
      const bringUp = { paths, cluster, clock: context.clock, interrupt, waitMilliseconds, progress, waitFor: [node] };
      try {
        await prepare(bringUp);
        tellSupervisor(paths);
        await becomeReady(bringUp);
        await loadOnNodes(context, paths, [node], options.images);
      } catch (error) {
        await takeAway(context, paths, cluster, node);
        const told = `node "${node.name}" was not added: ${messageOf(error)}\nNothing of it is left.`;
        throw error instanceof Interrupted ? new Interrupted(told) : new UserError(told);
      }
    }),
  );
}

export interface NodeRemoveOptions {
  readonly name: string;
  /** Whether its pods are not asked to move first. */
  readonly force: boolean;
  /** How long its pods may take to move. */
  readonly timeout: number;
}

/** Has the pods of a node move to others, and removes it from its running cluster. */
export function removeNode(context: CommandContext, nodeName: string, options: NodeRemoveOptions): Promise<void> {
  const { name, force, timeout } = options;
  return alone(context, name, async () => {
    const { paths, cluster } = runningCluster(context, name);
    const node = cluster.nodes.find((each) => each.name === nodeName);
    const known = cluster.nodes.map((each) => each.name).join(', ') || 'none on this machine';
    if (!node) throw new UserError(`there is no node "${nodeName}"; there are: ${known}`);
    if (!force) await drainNode(context, paths, cluster, node, timeout);
    await takeAway(context, paths, cluster, node);
    context.print(`Node "${nodeName}" is gone.`);
  });
}

/** Prints the nodes of a cluster. */
export async function listNodes(context: CommandContext, { name, output }: Output & { name: string }): Promise<void> {
  const { paths, cluster } = runningCluster(context, name);
  const { client, close } = adminClient(paths, cluster);
  try {
    const conditions = await nodeConditions(client, AbortSignal.timeout(5_000));
    const nodes = conditions.map(({ name: node, ready, message }) => {
      const here = cluster.nodes.find((each) => each.name === node);
      return { name: node, ready, message, address: here?.address ?? '', here: here !== undefined };
    });
    if (output === 'json') return context.print(JSON.stringify(nodes, null, 2));
    const rows = nodes.map((each) => [
      each.name,
      each.ready ? 'Ready' : `NotReady: ${each.message}`,
      each.here ? each.address : 'on another machine',
    ]);
    for (const line of table([['NAME', 'STATUS', 'ADDRESS'], ...rows])) context.print(line);
  } finally {
    close();
  }
}

function runningCluster(context: CommandContext, name: string): { paths: ClusterPaths; cluster: ClusterState } {
  const found = runningClusterOf(context, name);
  if (found.cluster.isOpen)
    throw new UserError(`the nodes of cluster "${name}" are other machines: docs/guides/add-a-node.md`);
  return found;
}

async function drainNode(
  { clock }: CommandContext,
  paths: ClusterPaths,
  cluster: ClusterState,
  node: NodeState,
  timeout: number,
): Promise<void> {
  const { client, close } = adminClient(paths, cluster);
  const patience = new AbortController();
  const limit = clock.after(timeout, () => patience.abort());
  try {
    await drain(client, node.name, clock, patience.signal);
  } catch (error) {
    if (hasReason(error, 'NotFound')) return;
    throw new UserError(`${messageOf(error)}\nThe node takes no more pods; \`--force\` removes it with those it has.`);
  } finally {
    limit.cancel();
    close();
  }
}

/** Ends a node's processes, has the cluster forget it, and removes every trace of it. */
async function takeAway(
  { clock }: CommandContext,
  paths: ClusterPaths,
  cluster: ClusterState,
  node: NodeState,
): Promise<void> {
  const rest = { ...(readState(paths) ?? cluster), nodes: cluster.nodes.filter(({ name }) => name !== node.name) };
  writeState(paths, rest);
  tellSupervisor(paths);
  while (processRecords(paths).some(({ name }) => name.endsWith(`-${node.name}`) && !ofAnother(name, node, rest)))
    await clock.sleep(50);
  await removeNodeLeftovers(node, paths, clock);
  await deleteNodeNetwork(node);
  const { client, close } = adminClient(paths, cluster);
  try {
    await client.delete(Kinds.Node, { name: node.name });
    await installAddons(client, rest);
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error;
  } finally {
    close();
  }
  rmSync(paths.node(node.name).root, { recursive: true, force: true });
  for (const file of readdirSync(paths.pki))
    if (file.startsWith(`kubelet-${node.name}.`) || file.startsWith(`kubelet-${node.name}-serving.`))
      rmSync(join(paths.pki, file));
}

/** Whether a process is of a node whose name ends with this node's. */
const ofAnother = (process: string, node: NodeState, { nodes }: ClusterState): boolean =>
  nodes.some(({ name }) => name !== node.name && process.endsWith(`-${name}`) && name.endsWith(node.name));
