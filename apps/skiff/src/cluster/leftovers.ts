import { existsSync, readFileSync, readdirSync, rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@skiff/platform';
import { run } from '../network/commands';
import { endProcesses, findProcesses } from '../processes/processes';
import type { ClusterPaths } from './paths';
import type { ClusterState } from './state';

/** Removes what a cluster leaves on the machine once its supervisor has ended: processes, mounts, cgroups, files. */
export async function removeLeftovers(cluster: ClusterState, paths: ClusterPaths, clock: Clock): Promise<void> {
  await endProcesses(
    findProcesses(`${paths.root}/`).map(({ pid }) => pid),
    2_000,
    clock,
  );
  for (const mount of mountsBelow(`${paths.root}/`)) await run('umount', ['--lazy', mount]);
  for (const node of cluster.nodes) removeCgroups(`skiff/${node.namespace}`);
  rmSync(paths.root, { recursive: true, force: true });
}

/** Mount points below a folder, the deepest first. */
export function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '))
    .filter((mount) => mount.startsWith(folder))
    .sort((a, b) => b.length - a.length);
}

/** Removes a control group in every hierarchy, and then its parent if that is one and nothing else is in it. */
export function removeCgroups(group: string): void {
  const base = '/sys/fs/cgroup';
  const hierarchies = existsSync(join(base, 'cgroup.controllers'))
    ? [base]
    : readdirSync(base).map((name) => join(base, name));
  for (const hierarchy of hierarchies) {
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
