import { join } from 'node:path';
import { systemClock, type Clock } from '@skiff/platform';
import { clusterId } from '../cluster/plan';
import { clusterPaths, clustersRoot, type ClusterPaths } from '../cluster/paths';
import { listClusters, readState, type ClusterState } from '../cluster/state';
import { supervisorPid } from '../cluster/supervisor-process';
import { UsageError, UserError } from '../errors';
import { lock, tryLock } from '../machine/lock';
import { thisMachine, unsuitable } from '../requirements/requirements';

/** What every command gets. */
export interface CommandContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** The folder that holds all clusters. */
  readonly clusters: string;
  /** The folder for what all clusters of this machine share while it is up, whosever they are. */
  readonly machine: string;
  /** The folder that holds each app's bundle. */
  readonly apps: string;
  /** One line for the user. */
  print(line: string): void;
  /** How wide the terminal is; undefined where what is printed goes elsewhere. */
  readonly columns: number | undefined;
  /** How far something has come, in place of what this said before; only in a terminal. Empty for nothing. */
  progress(line: string): void;
}

export function commandContext(apps: string): CommandContext {
  return {
    environment: process.env,
    clock: systemClock,
    clusters: clustersRoot(process.env['SKIFF_HOME']),
    machine: '/run/skiff',
    apps,
    print: (line) => process.stdout.write(`${line}\n`),
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    progress: (line) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`);
    },
  };
}

export function pathsOf(context: CommandContext, name: string): ClusterPaths {
  if (!/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/.test(name)) {
    throw new UsageError(
      `"${name}" is no name for a cluster: lower-case letters, digits and dashes, at most 22, beginning with a letter`,
    );
  }
  return clusterPaths(context.clusters, name);
}

/** The state of a cluster that has to exist. */
export function clusterOf(context: CommandContext, name: string): { paths: ClusterPaths; cluster: ClusterState } {
  const paths = pathsOf(context, name);
  const cluster = readState(paths);
  if (!cluster) throw noCluster(context, name);
  return { paths, cluster };
}

/** The state of a cluster that has to run. */
export function runningClusterOf(
  context: CommandContext,
  name: string,
): { paths: ClusterPaths; cluster: ClusterState } {
  const found = clusterOf(context, name);
  if (supervisorPid(found.paths) === undefined)
    throw new UserError(`cluster "${name}" is not running: \`skiff up${nameFlag(name)}\` starts it`);
  return found;
}

/** Tells that there is no cluster of a name, and which there are. */
export function noCluster(context: CommandContext, name: string): UserError {
  const others = listClusters(context.clusters).map((cluster) => `"${cluster.name}"`);
  const known = others.length > 0 ? `there ${others.length > 1 ? 'are' : 'is'} ${others.join(', ')}; ` : '';
  return new UserError(`there is no cluster "${name}": ${known}\`skiff up${nameFlag(name)}\` starts it`);
}

/** How a command that is shown to the user names a cluster. */
export const nameFlag = (name: string): string => (name === defaultName ? '' : ` --name ${name}`);

export const defaultName = 'skiff';

/** Runs what changes a cluster while no other command changes it. Throws a UserError where nobody could change one. */
export async function alone<T>(context: CommandContext, name: string, work: () => Promise<T>): Promise<T> {
  const reason = unsuitable(thisMachine(context.environment));
  if (reason !== undefined) throw new UserError(reason);
  const file = join(context.machine, `${clusterId(pathsOf(context, name).root)}.lock`);
  let release = await tryLock(file);
  if (!release) {
    context.print(`Another command changes cluster "${name}": waiting for it.`);
    release = await lock(file);
  }
  try {
    return await work();
  } finally {
    release();
  }
}
