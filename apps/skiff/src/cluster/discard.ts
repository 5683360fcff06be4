import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '@skiff/platform';
import { removeIfEmpty } from '../machine/folders';
import { deleteNetwork } from '../network/network';
import { removeLeftovers } from './leftovers';
import { ownHome, type ClusterPaths } from './paths';
import { giveBack } from './reservations';
import type { ClusterState } from './state';
import { stopSupervisor } from './supervisor-process';

/** Ends what runs of a cluster, and takes its network away; its folder stays. */
export async function halt(paths: ClusterPaths, cluster: ClusterState, clock: Clock): Promise<void> {
  await stopSupervisor(paths, clock);
  await removeLeftovers(cluster, paths, clock);
  await deleteNetwork(cluster);
}

/** Ends a cluster and removes every trace of it. Its state goes last, so that a failure can be tried again. */
export async function discard(
  machine: string,
  paths: ClusterPaths,
  cluster: ClusterState,
  clock: Clock,
): Promise<void> {
  await halt(paths, cluster, clock);
  rmSync(paths.root, { recursive: true, force: true });
  removeOwnFolders(dirname(paths.root));
  await giveBack(machine, paths);
}

/** The folder of all clusters goes with the last one, and the one around it unless a user has chosen it. */
function removeOwnFolders(clusters: string): void {
  removeIfEmpty(clusters);
  if (dirname(clusters) === ownHome()) removeIfEmpty(ownHome());
}
