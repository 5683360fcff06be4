import { mkdir, writeFile, open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { corev1 } from '@skiff/contracts';
import type { Logger } from '@skiff/platform';
import type { Mounter } from '../system/mounts';
import { ContainerConfigError } from '../pod-model/env';
import { expandVariables, missingVariables } from '../pod-model/expand';
import type { ResolvedMount } from './config-input';
import type { MountedVolumes } from '../volumes/reconciler';
import { CreateError } from '../volumes/open-beneath';
import { bindSubPath } from '../volumes/sub-path';

export interface MountInput {
  readonly pod: corev1.Pod;
  readonly container: corev1.Container;
  readonly volumes: MountedVolumes;
  readonly environment: ReadonlyMap<string, string>;
  /** The pod's /etc/hosts on the host; undefined leaves the image's. */
  readonly hostsFile: string | undefined;
  /** Where parts of volumes are mounted for the pod's containers. */
  readonly subPathDirectory: string;
  /** Hears why a part of a volume cannot be had; users are not told what the host's files are like. */
  readonly logger: Logger;
  readonly mounter: Mounter;
}

/** Turns a container's volume mounts into mounts of the host's paths. */
export async function containerMounts(input: MountInput): Promise<ResolvedMount[]> {
  const mounts: ResolvedMount[] = [];
  for (const [index, mount] of (input.container.volumeMounts ?? []).entries()) {
    const volume = input.volumes.get(mount.name ?? '');
    if (volume === undefined)
      throw new ContainerConfigError(
        `cannot find volume ${JSON.stringify(mount.name ?? '')} to mount into container ${JSON.stringify(input.container.name ?? '')}`,
      );
    const subPath = subPathOf(mount, input.environment);
    mounts.push({
      hostPath: subPath === '' ? volume.hostPath : await partOf(volume.hostPath, subPath, mount, index, input),
      containerPath: resolve('/', mount.mountPath ?? '/'),
      readOnly: mount.readOnly === true || volume.readOnly,
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

/** The path within the volume that a mount shows, empty for all of it. Upstream: pkg/kubelet/kubelet_pods.go */
function subPathOf(mount: corev1.VolumeMount, environment: ReadonlyMap<string, string>): string {
  let subPath = mount.subPath ?? '';
  const expression = mount.subPathExpr ?? '';
  if (expression !== '') {
    const missing = missingVariables(expression, environment);
    if (missing.length > 0) throw new ContainerConfigError(`missing value for ${missing.join(', ')}`);
    subPath = expandVariables(expression, environment);
  }
  if (subPath.startsWith('/'))
    throw new ContainerConfigError(`error SubPath \`${subPath}\` must not be an absolute path`);
  if (subPath.split('/').includes('..'))
    throw new ContainerConfigError(`unable to provision SubPath \`${subPath}\`: must not contain '..'`);
  return subPath;
}

async function partOf(
  volume: string,
  subPath: string,
  mount: corev1.VolumeMount,
  index: number,
  { container, subPathDirectory, logger, mounter }: MountInput,
): Promise<string> {
  const target = join(subPathDirectory, mount.name ?? '', container.name ?? '', String(index));
  try {
    await bindSubPath(volume, subPath, target, mounter);
    return target;
  } catch (error) {
    logger.warn('a part of a volume cannot be mounted', { volume, subPath, container: container.name, error });
    const failed = error instanceof CreateError ? 'create subPath directory' : 'prepare subPath';
    const where = `volumeMount ${JSON.stringify(mount.name ?? '')} of container ${JSON.stringify(container.name ?? '')}`;
    throw new ContainerConfigError(`failed to ${failed} for ${where}`, { cause: error });
  }
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
