import { cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { planCluster } from '../cluster/plan';
import { installAddons } from '../cluster/addons';
import { adminClient } from '../cluster/admin-client';
import { waitForApi, waitForNodes } from '../cluster/readiness';
import { removeLeftovers } from '../cluster/leftovers';
import type { ClusterPaths } from '../cluster/paths';
import { readState, writeState, type ClusterState, type StoreKind } from '../cluster/state';
import { startSupervisor, stopSupervisor, supervisorPid } from '../cluster/supervisor-process';
import { writePki } from '../cluster/pki';
import { loadImage } from '../images/load';
import { pauseArchive } from '../images/pause';
import { createNetwork, deleteNetwork, usedPorts, usedSubnets } from '../network/network';
import { containerdConfig } from '../processes/containerd-config';
import { howToInstall, missingPackages, thisMachine, unsuitable } from '../requirements/requirements';
import { pathsOf, UserError, type CommandContext } from './context';

export interface UpOptions {
  readonly name: string;
  readonly nodes: number;
  readonly store: StoreKind;
  /** An address of this machine at which other machines, which are the nodes, reach the control plane. */
  readonly address?: string;
}

/** Starts a cluster, or does nothing when it runs already, and returns once its nodes are Ready. */
export async function up(context: CommandContext, options: UpOptions): Promise<void> {
  const started = context.clock.monotonic();
  const paths = pathsOf(context, options.name);
  requireMachine(context, options.store);
  requireReachable(options);
  const existing = readState(paths);
  if (existing && supervisorPid(paths) !== undefined) {
    context.print(`Cluster "${options.name}" runs already.`);
    await finish(context, paths, existing, started);
    return;
  }
  const cluster =
    existing ??
    planCluster({ ...options, root: paths.root }, { subnets: await usedSubnets(), ports: await usedPorts() });
  const nodes = cluster.isOpen ? `nodes reach it at ${cluster.gateway}` : `${cluster.nodes.length} nodes`;
  context.print(`Starting cluster "${cluster.name}": ${nodes}, ${cluster.store} store`);
  try {
    await prepare(context, paths, cluster);
    startSupervisor(paths, context.apps);
    await finish(context, paths, cluster, started);
  } catch (error) {
    if (existing) throw error;
    const failure = error instanceof Error ? error.message : String(error);
    const logs = keepLogs(paths);
    await discard(context, paths, cluster);
    throw new UserError(
      `cluster "${cluster.name}" did not start: ${failure}\nIts parts have been removed; the logs are in ${logs}`,
    );
  }
}

function requireMachine(context: CommandContext, store: StoreKind): void {
  const machine = thisMachine(context.environment);
  const reason = unsuitable(machine);
  if (reason) throw new UserError(reason);
  const missing = missingPackages(machine, store);
  if (missing.length) throw new UserError(howToInstall(missing));
}

/** Nodes are on this machine, in a network that others do not reach; or on others, which must reach this one. */
function requireReachable({ nodes, address }: UpOptions): void {
  if (nodes === 0 && address === undefined)
    throw new UserError('without nodes on this machine, --address must say where others reach it');
  if (address === undefined) return;
  if (nodes !== 0)
    throw new UserError(
      '--address is for nodes on other machines, and needs --nodes 0; `skiff node` adds this machine',
    );
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  if (!own.some((known) => known.address === address))
    throw new UserError(`${address} is no address of this machine: ${own.map((known) => known.address).join(', ')}`);
}

async function prepare(context: CommandContext, paths: ClusterPaths, cluster: ClusterState): Promise<void> {
  mkdirSync(paths.root, { recursive: true, mode: 0o700 });
  await Promise.all([createNetwork(cluster), writePki(paths, cluster, context.clock)]);
  for (const { name } of cluster.nodes) {
    const node = paths.node(name);
    for (const folder of [node.root, node.kubelet, node.containerd, node.cni]) mkdirSync(folder, { recursive: true });
    writeFileSync(node.containerdConfig, containerdConfig(node));
    writeFileSync(node.resolvConf, '');
  }
  mkdirSync(paths.store, { recursive: true });
  writeState(paths, cluster);
  context.print('  network, certificates and configuration are written');
}

async function finish(
  context: CommandContext,
  paths: ClusterPaths,
  cluster: ClusterState,
  started: number,
): Promise<void> {
  const signal = AbortSignal.timeout(90_000);
  const { client, close } = adminClient(paths, cluster);
  try {
    await Promise.all([
      loadPauseImage(context, paths, cluster, signal),
      waitForApi(client, context.clock, signal).then(async () => {
        context.print(`  API server answers after ${seconds(context, started)}`);
        await installAddons(client, cluster);
      }),
    ]);
    await waitForNodes(
      client,
      cluster.nodes.map(({ name }) => name),
      context.clock,
      signal,
    );
  } finally {
    close();
  }
  if (!cluster.isOpen) context.print(`  ${cluster.nodes.length} nodes are Ready after ${seconds(context, started)}`);
  const command = cluster.isOpen ? `skiff node-certificates <node> --name ${cluster.name}` : 'kubectl get nodes';
  context.print(`\nNext:\n  export KUBECONFIG=${paths.kubeconfig}\n  ${command}`);
}

const seconds = (context: CommandContext, started: number): string =>
  `${((context.clock.monotonic() - started) / 1000).toFixed(1)} s`;

async function loadPauseImage(
  context: CommandContext,
  paths: ClusterPaths,
  cluster: ClusterState,
  signal: AbortSignal,
): Promise<void> {
  const archive = join(paths.root, 'pause.tar');
  writeFileSync(archive, pauseArchive(process.arch === 'arm64' ? 'arm64' : 'amd64'));
  await Promise.all(
    cluster.nodes.map(async (node) => {
      while (!existsSync(paths.node(node.name).containerdSocket)) await context.clock.sleep(20, signal);
      await loadImage(paths, node, archive);
    }),
  );
}

/** Ends a cluster and removes every trace of it. */
export async function discard(context: CommandContext, paths: ClusterPaths, cluster: ClusterState): Promise<void> {
  await stopSupervisor(paths, context.clock);
  await removeLeftovers(cluster, paths, context.clock);
  await deleteNetwork(cluster);
}

function keepLogs(paths: ClusterPaths): string {
  const kept = mkdtempSync(join(tmpdir(), 'skiff-logs-'));
  if (existsSync(paths.logs)) cpSync(paths.logs, kept, { recursive: true });
  return kept;
}
