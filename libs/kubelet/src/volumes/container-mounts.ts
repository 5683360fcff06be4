import { lstat, mkdir, realpath, writeFile, open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { corev1 } from '@skiff/contracts';
import { ContainerConfigError } from '../pods/env';
import { expandVariables } from '../pods/expand';
import type { ResolvedMount } from '../pods/container-config';

export interface MountInput {
  readonly container: corev1.Container;
  /** Host path of each volume, by name. */
  readonly volumes: ReadonlyMap<string, string>;
  readonly environment: ReadonlyMap<string, string>;
  /** The pod's /etc/hosts on the host; undefined leaves the image's. */
  readonly hostsFile: string | undefined;
}

/** Turns a container's volume mounts into mounts of the host's paths. */
export async function containerMounts(input: MountInput): Promise<ResolvedMount[]> {
  const mounts: ResolvedMount[] = [];
  for (const mount of input.container.volumeMounts ?? []) {
    const volume = input.volumes.get(mount.name ?? '');
    if (volume === undefined)
      throw new ContainerConfigError(
        `cannot find volume ${JSON.stringify(mount.name ?? '')} to mount into container ${JSON.stringify(input.container.name ?? '')}`,
      );
    const expanded = expandVariables(mount.subPathExpr ?? '', input.environment);
    const subPath = mount.subPath ?? expanded;
    mounts.push({
      hostPath: subPath === '' ? volume : await subPathOf(volume, subPath),
      containerPath: resolve('/', mount.mountPath ?? '/'),
      readOnly: mount.readOnly === true,
      propagation: propagationOf(mount.mountPropagation),
    });
  }
  const ownHosts = mounts.some((mount) => mount.containerPath === '/etc/hosts');
  if (input.hostsFile !== undefined && !ownHosts) {
    mounts.push({ hostPath: input.hostsFile, containerPath: '/etc/hosts', readOnly: false, propagation: 'None' });
  }
  return mounts;
}

function propagationOf(value: string | undefined): ResolvedMount['propagation'] {
  return value === 'HostToContainer' || value === 'Bidirectional' ? value : 'None';
}

/** A path within a volume, made if it is not there, never one that leads out of it. */
async function subPathOf(volume: string, subPath: string): Promise<string> {
  if (subPath.startsWith('/') || subPath.split('/').includes('..')) {
    throw new ContainerConfigError(`subPath ${JSON.stringify(subPath)} must not be absolute or contain '..'`);
  }
  const path = join(volume, subPath);
  const exists = await lstat(path).catch(() => undefined);
  if (exists === undefined) await mkdir(path, { recursive: true, mode: 0o750 });
  const [root, real] = await Promise.all([realpath(volume), realpath(path)]);
  if (real !== root && !real.startsWith(`${root}/`)) {
    throw new ContainerConfigError(`subPath ${JSON.stringify(subPath)} leads out of its volume`);
  }
  return real;
}

/** Creates the file that a container's termination message is written to. */
export async function createTerminationLog(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o750 });
  const file = await open(path, 'w', 0o666);
  await file.chmod(0o666);
  await file.close();
}

/** Writes the pod's hosts file. */
export async function writeHostsFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o750 });
  await writeFile(path, text, { mode: 0o644 });
}
