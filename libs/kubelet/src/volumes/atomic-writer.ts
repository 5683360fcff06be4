import { mkdir, mkdtemp, readFile, readdir, readlink, rename, rm, symlink, writeFile, chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Mounter } from '../system/mounts';

/** A file of a volume that is written as a whole. */
export interface VolumeFile {
  /** Relative, without `..`. */
  readonly path: string;
  readonly data: Uint8Array;
  readonly mode: number;
  /** Owner, for a token of a pod that runs as somebody. Default root. */
  readonly uid?: number;
}

const dataLink = '..data';

/**
 * Replaces the files of a volume so that a reader sees either all old or all new
 * ones: they lie in a directory of their own, `..data` points to it, and the
 * names that users see point through `..data`. Whether anything changed.
 */
export async function writeAtomically(
  directory: string,
  files: readonly VolumeFile[],
  owners: Pick<Mounter, 'setOwner'>,
  group?: number,
): Promise<boolean> {
  const current = await readlink(join(directory, dataLink)).catch(() => undefined);
  if (current !== undefined && (await isSame(join(directory, current), files))) return false;

  await mkdir(directory, { recursive: true, mode: 0o755 });
  // Names that begin with two dots are not shown to users; `join` would take them for the parent.
  const fresh = await mkdtemp(`${directory}/..`);
  await chmod(fresh, 0o755);
  if (group !== undefined) await owners.setOwner(fresh, 0, group);
  for (const file of files) {
    const path = join(fresh, file.path);
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await writeFile(path, file.data);
    // With a group of its own a volume is readable by that group.
    await chmod(path, group === undefined ? file.mode : file.mode | 0o440);
    if (group !== undefined || file.uid !== undefined) await owners.setOwner(path, file.uid ?? 0, group ?? 0);
  }
  const link = join(directory, '..data_tmp');
  await rm(link, { force: true });
  await symlink(fresh.slice(directory.length + 1), link);
  await rename(link, join(directory, dataLink));
  await linkNames(directory, files);
  if (current !== undefined) await rm(join(directory, current), { recursive: true, force: true });
  return true;
}

async function linkNames(directory: string, files: readonly VolumeFile[]): Promise<void> {
  const names = new Set(files.map((file) => file.path.split('/')[0] ?? file.path));
  const present = new Set((await readdir(directory)).filter((name) => !name.startsWith('..')));
  for (const name of names) if (!present.has(name)) await symlink(join(dataLink, name), join(directory, name));
  for (const name of present) if (!names.has(name)) await rm(join(directory, name), { force: true });
}

async function isSame(directory: string, files: readonly VolumeFile[]): Promise<boolean> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries?.filter((entry) => entry.isFile()).length !== files.length) return false;
  for (const file of files) {
    const data = await readFile(join(directory, file.path)).catch(() => undefined);
    if (data === undefined || !data.equals(file.data)) return false;
  }
  return true;
}
