import { adminClient } from '../cluster/admin-client';
import { nodeConditions, type NodeReadiness } from '../cluster/readiness';
import { listClusters, type ClusterState } from '../cluster/state';
import { processRecords, supervisorPid } from '../cluster/supervisor-process';
import type { ClusterPaths } from '../cluster/paths';
import type { ProcessRecord } from '../processes/child';
import { messageOf } from '../errors';
import { table } from '../text/table';
import { clusterOf, nameFlag, pathsOf, type CommandContext } from './context';

export interface Output {
  readonly output: 'table' | 'json';
}

/** A cluster as `skiff list` shows it. */
interface ClusterLine {
  readonly name: string;
  readonly status: 'running' | 'stopped';
  readonly store: string;
  readonly nodes: number;
  readonly server: string;
  readonly kubeconfig: string;
}

interface ClusterStatus extends Omit<ClusterLine, 'nodes'> {
  readonly processes: readonly ProcessRecord[];
  readonly nodes: readonly NodeReadiness[];
  /** Why nodes cannot be told. */
  readonly error?: string;
}

/** Prints every cluster of this user. */
export function list(context: CommandContext, { output }: Output): void {
  const clusters = listClusters(context.clusters).map((cluster): ClusterLine => {
    return { ...lineOf(pathsOf(context, cluster.name), cluster), nodes: cluster.nodes.length };
  });
  if (output === 'json') return context.print(JSON.stringify(clusters, null, 2));
  if (clusters.length === 0) return context.print('There is no cluster: `skiff up` starts one.');
  const rows = clusters.map(({ name, status, nodes, store, server }) => [name, status, String(nodes), store, server]);
  for (const line of table([['NAME', 'STATUS', 'NODES', 'STORE', 'SERVER'], ...rows])) context.print(line);
}

/** Prints the state of each process and node of a cluster. */
export async function status(context: CommandContext, { name, output }: Output & { name: string }): Promise<void> {
  const { paths, cluster } = clusterOf(context, name);
  const found = await statusOf(paths, cluster);
  if (output === 'json') return context.print(JSON.stringify(found, null, 2));
  context.print(`Cluster "${name}" (${found.store} store), API server ${found.server}`);
  if (found.status === 'stopped') return context.print(`It is not running: \`skiff up${nameFlag(name)}\` starts it.`);
  const nodes = found.nodes.map((node) => [`node ${node.name}`, node.ready ? 'Ready' : `NotReady: ${node.message}`]);
  for (const line of table([...found.processes.map((record) => [record.name, stateOf(record)]), ...nodes]))
    context.print(`  ${line}`);
  if (found.error !== undefined) context.print(`  nodes: ${found.error}`);
}

async function statusOf(paths: ClusterPaths, cluster: ClusterState): Promise<ClusterStatus> {
  const line = lineOf(paths, cluster);
  if (line.status === 'stopped') return { ...line, processes: [], nodes: [] };
  const processes = processRecords(paths);
  const { client, close } = adminClient(paths, cluster);
  try {
    return { ...line, processes, nodes: await nodeConditions(client, AbortSignal.timeout(5_000)) };
  } catch (error) {
    return { ...line, processes, nodes: [], error: `the API server does not answer: ${messageOf(error)}` };
  } finally {
    close();
  }
}

function lineOf(paths: ClusterPaths, { name, store, apiPort }: ClusterState): Omit<ClusterLine, 'nodes'> {
  return {
    name,
    status: supervisorPid(paths) === undefined ? 'stopped' : 'running',
    store,
    server: `https://127.0.0.1:${apiPort}`,
    kubeconfig: paths.kubeconfig,
  };
}

function stateOf({ pid, restarts, lastExit }: ProcessRecord): string {
  const state = pid === undefined ? `stopped (${lastExit ?? 'never started'})` : `running, pid ${pid}`;
  return `${state}${restarts ? `, ${restarts} restarts, last ${lastExit}` : ''}`;
}
