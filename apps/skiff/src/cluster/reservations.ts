import { existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors';
import { removeIfEmpty } from '../machine/folders';
import { lock } from '../machine/lock';
import { usedPorts, usedRanges } from '../network/network';
import { clusterPaths, type ClusterPaths } from './paths';
import { clusterId, collisionOf, nodeRangeOf, planCluster, portsOf, type ClusterRequest, type Taken } from './plan';
import { readState, writeState, type ClusterState } from './state';

/*
 * What clusters have been given on this machine, whether they run yet or not: in a folder of the machine, a link
 * to the folder of each cluster, whichever user's home that is in. One at a time looks what is free and takes it.
 */

/** Decides what a new cluster uses, and writes its state, before anybody else decides. */
export function reserve(machine: string, paths: ClusterPaths, request: ClusterRequest): Promise<ClusterState> {
  return oneAtATime(machine, async () => {
    const cluster = planCluster(request, await takenBesides(machine, paths));
    register(machine, paths, cluster);
    return cluster;
  });
}

/** Takes again what a cluster was given before; throws a UserError when others use it meanwhile. */
export function reclaim(machine: string, paths: ClusterPaths, cluster: ClusterState): Promise<void> {
  return oneAtATime(machine, async () => {
    const collision = collisionOf(cluster, await takenBesides(machine, paths, cluster.bridge));
    if (collision !== undefined) throw new UserError(collision);
    register(machine, paths, cluster);
  });
}

/** Gives back what a cluster was given; harmless when it has nothing. */
export function giveBack(machine: string, paths: ClusterPaths): Promise<void> {
  return oneAtATime(machine, () => {
    rmSync(linkOf(machine, paths.root), { force: true });
    removeIfEmpty(folderOf(machine));
  });
}

const folderOf = (machine: string): string => join(machine, 'clusters');
const linkOf = (machine: string, root: string): string => join(folderOf(machine), clusterId(root));

async function oneAtATime<T>(machine: string, work: () => T | Promise<T>): Promise<T> {
  const release = await lock(join(machine, 'plan.lock'));
  try {
    return await work();
  } finally {
    release();
  }
}

function register(machine: string, paths: ClusterPaths, cluster: ClusterState): void {
  mkdirSync(paths.root, { recursive: true, mode: 0o700 });
  writeState(paths, cluster);
  const link = linkOf(machine, paths.root);
  if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(paths.root, link);
}

/** What is in use by all but this cluster, whose bridge may be there. */
async function takenBesides(machine: string, paths: ClusterPaths, bridge?: string): Promise<Taken> {
  const [ranges, ports] = await Promise.all([usedRanges(bridge), usedPorts()]);
  const others = reserved(machine).filter(({ root }) => root !== paths.root);
  return {
    ranges: [...ranges, ...others.map(({ cluster }) => nodeRangeOf(cluster))],
    ports: new Set([...ports, ...others.flatMap(({ cluster }) => portsOf(cluster))]),
  };
}

function reserved(machine: string): { root: string; cluster: ClusterState }[] {
  const folder = folderOf(machine);
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder).flatMap((name) => {
    const link = join(folder, name);
    const root = readlinkSync(link);
    const cluster = existsSync(root) ? readState(clusterPaths(dirname(root), basename(root))) : undefined;
    if (cluster) return [{ root, cluster }];
    // Somebody removed the cluster's folder by hand.
    rmSync(link, { force: true });
    return [];
  });
}
