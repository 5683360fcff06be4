import { systemClock, type Clock } from '@skiff/platform';
import { clusterPaths, clustersRoot, type ClusterPaths } from '../cluster/paths';
import { readState, type ClusterState } from '../cluster/state';

/** What every command gets. */
export interface CommandContext {
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** The folder that holds all clusters. */
  readonly clusters: string;
  /** The folder that holds each app's bundle. */
  readonly apps: string;
  /** One line for the user. */
  print(line: string): void;
}

/** A failure that the user is told in words, without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
}

export function commandContext(apps: string): CommandContext {
  return {
    environment: process.env,
    clock: systemClock,
    clusters: clustersRoot(process.env['SKIFF_HOME']),
    apps,
    print: (line) => process.stdout.write(`${line}\n`),
  };
}

export function pathsOf(context: CommandContext, name: string): ClusterPaths {
  if (!/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/.test(name)) {
    throw new UserError(
      `"${name}" is no name for a cluster: lower-case letters, digits and dashes, at most 22, beginning with a letter`,
    );
  }
  return clusterPaths(context.clusters, name);
}

/** The state of a cluster that has to exist. */
export function clusterOf(context: CommandContext, name: string): { paths: ClusterPaths; cluster: ClusterState } {
  const paths = pathsOf(context, name);
  const cluster = readState(paths);
  if (!cluster)
    throw new UserError(
      `there is no cluster "${name}": start it with \`skiff up${name === 'skiff' ? '' : ` --name ${name}`}\``,
    );
  return { paths, cluster };
}
