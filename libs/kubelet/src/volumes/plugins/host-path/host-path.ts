import { mkdir, open, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import type { corev1 } from '@skiff/contracts';
import { VolumeError, type VolumePlugin } from '../../plugin';

const checks: Record<string, { name: string; is(stats: Stats): boolean }> = {
  Directory: { name: 'a directory', is: (stats) => stats.isDirectory() },
  File: { name: 'a file', is: (stats) => stats.isFile() },
  Socket: { name: 'a socket file', is: (stats) => stats.isSocket() },
  CharDevice: { name: 'a character device', is: (stats) => stats.isCharacterDevice() },
  BlockDevice: { name: 'a block device', is: (stats) => stats.isBlockDevice() },
};

/**
 * Volumes that are a place of the machine, and outlive their pods.
 *
 * @param aliases folders that are elsewhere on this machine, by the path that volumes name.
 */
export function hostPathPlugin(aliases: ReadonlyMap<string, string>): VolumePlugin {
  return {
    name: 'kubernetes.io/host-path',
    supports: ({ hostPath }) => hostPath !== undefined,
    setUp: async ({ hostPath = {} }) => ({ hostPath: await prepareHostPath(hostPath, aliases), readOnly: false }),
    // What lies there is the machine's.
    tearDown: () => Promise.resolve(),
  };
}

/** Makes sure that a hostPath is what its type says, creating what `…OrCreate` asks for; where it really is. */
export async function prepareHostPath(
  source: corev1.HostPathVolumeSource,
  aliases: ReadonlyMap<string, string>,
): Promise<string> {
  const path = aliased(source.path ?? '', aliases);
  const type = source.type ?? '';
  const stats = await stat(path).catch(() => undefined);
  if (type === '') return path;
  if (type === 'DirectoryOrCreate') {
    if (stats === undefined) await mkdir(path, { recursive: true, mode: 0o755 });
    else if (!stats.isDirectory()) throw new VolumeError(`hostPath type check failed: ${path} is not a directory`);
    return path;
  }
  if (type === 'FileOrCreate') {
    if (stats === undefined) await (await open(path, 'a', 0o644)).close();
    else if (!stats.isFile()) throw new VolumeError(`hostPath type check failed: ${path} is not a file`);
    return path;
  }
  const check = checks[type];
  if (check === undefined) throw new VolumeError(`${type} is an invalid volume type`);
  if (stats === undefined || !check.is(stats))
    throw new VolumeError(`hostPath type check failed: ${path} is not ${check.name}`);
  return path;
}

function aliased(path: string, aliases: ReadonlyMap<string, string>): string {
  for (const [seen, real] of aliases) {
    if (path === seen) return real;
    const prefix = seen === '/' ? '' : seen;
    if (path.startsWith(`${prefix}/`)) return real + path.slice(prefix.length);
  }
  return path;
}
