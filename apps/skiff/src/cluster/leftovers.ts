import { existsSync, readFileSync, readdirSync, rmdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Clock } from '@skiff/platform';
import { run } from '../network/commands';
import { endProcesses, processesOf } from '../processes/processes';
import type { ClusterPaths } from './paths';
import type { ClusterState, NodeState } from './state';

/** Removes what a cluster leaves on the machine once its supervisor has ended: processes, mounts, cgroups. */
export async function removeLeftovers(cluster: ClusterState, paths: ClusterPaths, clock: Clock): Promise<void> {
  await endProcesses(processesOf(paths.root), 2_000, clock);
  for (const node of cluster.nodes) await removeNodeLeftovers(node, paths, clock);
  for (const mount of mountsBelow(`${paths.root}/`)) await run('umount', ['--lazy', mount]);
}

/** The same for one node, whose processes have ended. */
export async function removeNodeLeftovers(node: NodeState, paths: ClusterPaths, clock: Clock): Promise<void> {
  await endProcesses(processesIn(groupOf(node)), 0, clock);
  for (const mount of mountsBelow(`${paths.node(node.name).root}/`)) await run('umount', ['--lazy', mount]);
  removeCgroups(groupOf(node));
}

/** Mount points below a folder, the deepest first. */
export function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '))
    .filter((mount) => mount.startsWith(folder))
    .sort((a, b) => b.length - a.length);
}

/** The control group of a node's pods. */
export const groupOf = ({ namespace }: NodeState): string => `skiff/${namespace}`;

function hierarchies(): string[] {
  const base = '/sys/fs/cgroup';
  return existsSync(join(base, 'cgroup.controllers')) ? [base] : readdirSync(base).map((name) => join(base, name));
}

/** Processes in a control group or below it, such as those of a container whose runtime was killed. */
function processesIn(group: string): number[] {
  const folders = hierarchies()
    .map((hierarchy) => join(hierarchy, group))
    .filter((folder) => existsSync(folder));
  const below = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => basename(name) === 'cgroup.procs')
      .map((name) => join(folder, name)),
  );
  return [...new Set(below.flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number)))];
}

/** Removes a control group in every hierarchy, and then its parent if that is one and nothing else is in it. */
export function removeCgroups(group: string): void {
  for (const hierarchy of hierarchies()) {
    removeTree(join(hierarchy, group));
    const parent = join(hierarchy, group, '..');
    if (
      parent !== hierarchy &&
      existsSync(parent) &&
      !readdirSync(parent, { withFileTypes: true }).some((entry) => entry.isDirectory())
    )
      rmdirSync(parent);
  }
}

function removeTree(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(folder, entry.name));
  }
  rmdirSync(folder);
}
