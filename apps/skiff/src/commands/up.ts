import { networkInterfaces } from 'node:os';
import { becomeReady, counted, prepare, type BringUp } from '../cluster/bring-up';
import { differences } from '../cluster/differences';
import { discard, halt } from '../cluster/discard';
import { complaints } from '../cluster/failing-services';
import type { ClusterPaths } from '../cluster/paths';
import type { ClusterRequest } from '../cluster/plan';
import { reclaim, reserve } from '../cluster/reservations';
import { readState, type ClusterState } from '../cluster/state';
import { startSupervisor, supervisorPid } from '../cluster/supervisor-process';
import { Interrupted, messageOf, UsageError, UserError } from '../errors';
import { requireFiles } from '../images/source';
import { howToInstall, missingPackages, thisMachine, unsuitable } from '../requirements/requirements';
import { alone, nameFlag, pathsOf, type CommandContext } from './context';
import { interruptible } from './interruptible';
import { loadOnNodes } from './load';

export interface UpOptions {
  /** What is asked for; what is left out is as it is, or as it is by default. */
  readonly wanted: Partial<Omit<ClusterRequest, 'root'>> & { readonly name: string };
  /** What is to be put on the nodes: archives, folders, names of images. */
  readonly images: readonly string[];
  /** How long nodes may take to be Ready; 0 waits for the API server alone. */
  readonly waitMilliseconds: number;
  /** Whether a cluster that does not start is kept for a look at it. */
  readonly retain: boolean;
}

const defaultNodes = 2;

/** Starts a cluster, or brings one that runs up to date, and returns once its nodes are Ready. */
export function up(context: CommandContext, options: UpOptions): Promise<void> {
  const { name } = options.wanted;
  const paths = pathsOf(context, name);
  const existing = readState(paths);
  requireMachine(context, options.wanted.store ?? existing?.store ?? 'embedded');
  return alone(context, name, () => interruptible((interrupt) => upAlone(context, options, paths, interrupt)));
}

async function upAlone(
  context: CommandContext,
  options: UpOptions,
  paths: ClusterPaths,
  interrupt: AbortSignal,
): Promise<void> {
  const { waitMilliseconds, wanted } = options;
  const existing = readState(paths);
  const runs = existing !== undefined && supervisorPid(paths) !== undefined;
  requireFiles(options.images);
  if (!existing) requireReachable(wanted);
  const cluster = existing ?? (await reserve(context.machine, paths, requestOf(options, paths)));
  const progress = (line: string): void => context.print(`  ${line}`);
  const bringUp: BringUp = { paths, cluster, clock: context.clock, interrupt, waitMilliseconds, progress };
  context.print(`${opening(cluster, existing, runs)}: ${summary(cluster)}`);
  try {
    if (existing && !runs) await takeUpAgain(context, paths, existing);
    if (!runs) await start(context, bringUp);
    await becomeReady(bringUp);
    await loadOnNodes(context, paths, cluster.nodes, options.images);
  } catch (error) {
    throw await failure(context, options, bringUp, error, runs ? 'running' : existing ? 'stopped' : 'absent');
  }
  tellNext(context, paths, cluster);
  if (existing) requireAsWanted(cluster, wanted);
}

/** A cluster that ended with its machine, or whose supervisor was killed, has left processes and ports or lost them. */
async function takeUpAgain(
  { machine, clock }: CommandContext,
  paths: ClusterPaths,
  cluster: ClusterState,
): Promise<void> {
  await halt(paths, cluster, clock);
  await reclaim(machine, paths, cluster);
}

async function start(context: CommandContext, bringUp: BringUp): Promise<void> {
  await prepare(bringUp);
  bringUp.progress('network, certificates and configuration are written');
  startSupervisor(bringUp.paths, context.apps);
}

function requestOf({ wanted }: UpOptions, { root }: ClusterPaths): ClusterRequest {
  const nodes = Array.from({ length: defaultNodes }, () => ({}));
  return { ...wanted, store: wanted.store ?? 'embedded', nodes: wanted.nodes ?? nodes, root };
}

function opening({ name }: ClusterState, existing: ClusterState | undefined, runs: boolean): string {
  if (runs) return `Cluster "${name}" runs already, and is brought up to date`;
  return existing ? `Starting cluster "${name}" again` : `Starting cluster "${name}"`;
}

function summary(cluster: ClusterState): string {
  const nodes = cluster.isOpen ? `nodes reach it at ${cluster.gateway}` : counted(cluster.nodes.length, 'node');
  return `${nodes}, ${cluster.store} store`;
}

function tellNext(context: CommandContext, paths: ClusterPaths, { name, isOpen }: ClusterState): void {
  const command = isOpen ? `skiff node-certificates <node>${nameFlag(name)}` : 'kubectl get nodes';
  context.print(`\nNext:\n  export KUBECONFIG=${paths.kubeconfig}\n  ${command}`);
}

/** A cluster that is there keeps what it was made with: what was asked for besides is told, and fails the command. */
function requireAsWanted(cluster: ClusterState, wanted: UpOptions['wanted']): void {
  const found = differences(cluster, wanted);
  if (found.length === 0) return;
  throw new UserError(
    [
      `cluster "${cluster.name}" runs, but not as asked for:`,
      ...found.map((line) => `  ${line}`),
      `To have it so: \`skiff down${nameFlag(cluster.name)}\`, which removes all that is in it, and \`skiff up\` again.`,
    ].join('\n'),
  );
}

/** Says why it failed; of what was started, ends what was not there before, and says what is left. */
async function failure(
  context: CommandContext,
  { retain }: UpOptions,
  { paths, cluster, clock }: BringUp,
  error: unknown,
  before: 'running' | 'stopped' | 'absent',
): Promise<UserError> {
  const name = nameFlag(cluster.name);
  const outcome = before === 'running' ? 'is not ready' : 'did not start';
  const reason = [messageOf(error), ...complaints(paths).map((line) => `  ${line}`)].join('\n');
  const told = (end: string): UserError =>
    new (error instanceof Interrupted ? Interrupted : UserError)(
      `cluster "${cluster.name}" ${outcome}: ${reason}\n${end}`,
    );
  if (before === 'running') return told(`What runs of it goes on: \`skiff status${name}\` shows it.`);
  if (retain)
    return told(`It is kept: see \`skiff status${name}\` and ${paths.logs}; \`skiff down${name}\` removes it.`);
  if (before === 'stopped') {
    await halt(paths, cluster, clock);
    return told(
      `It is stopped, and what is in it is kept: its logs are in ${paths.logs}, \`skiff up${name}\` tries again.`,
    );
  }
  await discard(context.machine, paths, cluster, clock);
  return told(`Nothing of it is left. \`skiff up${name} --retain\` keeps it for a look at its logs.`);
}

function requireMachine(context: CommandContext, store: ClusterState['store']): void {
  const machine = thisMachine(context.environment);
  const reason = unsuitable(machine);
  if (reason) throw new UserError(reason);
  const missing = missingPackages(machine, store);
  if (missing.length) throw new UserError(howToInstall(missing));
}

/** Nodes are on this machine, in a network that others do not reach; or on others, which must reach this one. */
function requireReachable({ nodes, address }: UpOptions['wanted']): void {
  if (nodes?.length === 0 && address === undefined)
    throw new UsageError('without nodes on this machine, --address must say where others reach it');
  if (address === undefined) return;
  if (nodes?.length !== 0)
    throw new UsageError(
      '--address is for nodes on other machines, and needs --nodes 0; `skiff node` adds this machine',
    );
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  if (!own.some((known) => known.address === address))
    throw new UsageError(`${address} is no address of this machine: ${own.map((known) => known.address).join(', ')}`);
}
