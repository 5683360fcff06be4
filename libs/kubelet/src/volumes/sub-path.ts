import { lstat, mkdir, open, rmdir, unlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Mounter } from '../system/mounts';
import { openBeneath } from './open-beneath';

/**
 * Mounts what lies at a path within a volume, made as a directory if it is not
 * there, at a place that only the kubelet can reach, and answers nothing before
 * the mount stands: what a container of the pod does to the path afterwards
 * changes nothing. Throws as `openBeneath` does.
 */
export async function bindSubPath(
  volume: string,
  subPath: string,
  target: string,
  mounts: Pick<Mounter, 'bindDescriptor' | 'unmountBelow'>,
): Promise<void> {
  const handle = await openBeneath(volume, subPath);
  try {
    // A container that starts anew gets what the path leads to now.
    await removeMountPoint(target, mounts);
    await createMountPoint(handle, target);
    await mounts.bindDescriptor(handle.fd, target);
  } finally {
    await handle.close();
  }
}

async function createMountPoint(source: FileHandle, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o750 });
  if ((await source.stat()).isDirectory()) await mkdir(target, { mode: 0o750 });
  else await (await open(target, 'wx', 0o640)).close();
}

async function removeMountPoint(target: string, mounts: Pick<Mounter, 'unmountBelow'>): Promise<void> {
  await mounts.unmountBelow(target);
  const stats = await lstat(target).catch(() => undefined);
  if (stats === undefined) return;
  // Neither removes what a mount that is still there shows.
  await (stats.isDirectory() ? rmdir(target) : unlink(target));
}
