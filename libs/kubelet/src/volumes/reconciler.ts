import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { corev1 } from '@skiff/contracts';
import { quantityValue } from '../pod-model/quantity';
import { podUid } from '../pod-model/pod';
import { writeAtomically } from './atomic-writer';
import { isContentVolume, VolumeError, volumeFiles, type ContentContext } from './content';
import { prepareHostPath } from './plugins/host-path/host-path';
import type { Mounter } from '../system/mounts';

/** Volumes that could not be set up. */
export class MountError extends Error {
  override readonly name = 'MountError';

  constructor(
    /** By the name of the volume: the words of the FailedMount event. */
    readonly failures: ReadonlyMap<string, string>,
    options?: { cause?: unknown },
  ) {
    super([...failures.values()].join(', '), options);
  }
}

/** What drivers and plugins look for below a kubelet's folder. Upstream: pkg/kubelet/kubelet.go, setupDataDirs */
const foldersOfOthers: readonly (readonly [name: string, mode: number])[] = [
  ['pods', 0o750],
  ['plugins', 0o750],
  ['plugins_registry', 0o750],
  ['pod-resources', 0o750],
  ['device-plugins', 0o750],
];

/** Prepares, refreshes and removes the volumes of pods below `<root>/pods/<uid>`. */
export class VolumeManager {
  constructor(
    private readonly rootDirectory: string,
    private readonly mounts: Mounter,
    /** Folders that hostPath volumes find elsewhere on this machine, by the path that they name. */
    private readonly hostPathAliases: ReadonlyMap<string, string> = new Map(),
  ) {}

  podDirectory(uid: string): string {
    return join(this.rootDirectory, 'pods', uid);
  }

  /** Where parts of a pod's volumes are mounted. */
  subPathDirectory(uid: string): string {
    return join(this.podDirectory(uid), 'volume-subpaths');
  }

  /** Sets all volumes of a pod up; the host path of each by name. Throws a MountError. */
  async setUp(pod: corev1.Pod, context: ContentContext): Promise<ReadonlyMap<string, string>> {
    const paths = new Map<string, string>();
    const failures = new Map<string, string>();
    const causes: unknown[] = [];
    await Promise.all(
      (pod.spec?.volumes ?? []).map(async (volume) => {
        const name = volume.name ?? '';
        try {
          paths.set(name, await this.setUpOne(pod, volume, context));
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          failures.set(name, `MountVolume.SetUp failed for volume ${JSON.stringify(name)} : ${message}`);
          causes.push(error);
        }
      }),
    );
    if (failures.size > 0) throw new MountError(failures, { cause: causes });
    return paths;
  }

  /** Writes anew what a running pod's volumes show of the API. */
  async refresh(pod: corev1.Pod, context: ContentContext): Promise<void> {
    const volumes = (pod.spec?.volumes ?? []).filter(isContentVolume);
    await Promise.all(volumes.map((volume) => this.setUpOne(pod, volume, context)));
  }

  /** Unmounts and deletes all that a pod had on this node. */
  async tearDown(uid: string): Promise<void> {
    const directory = this.podDirectory(uid);
    await this.mounts.unmountBelow(directory);
    // Through a mount that is still there the files of others would go.
    const left = await this.mounts.mountsBelow(directory);
    if (left.length > 0) throw new Error(`still mounted: ${left.join(', ')}`);
    await rm(directory, { recursive: true, force: true });
    await rm(join(this.memoryDirectory(), uid), { recursive: true, force: true });
  }

  /** Pods that something is left of. */
  async podsWithVolumes(): Promise<string[]> {
    return readdir(join(this.rootDirectory, 'pods')).catch(() => []);
  }

  /**
   * Makes the kubelet's folders, and mounts the one tmpfs that secrets and tokens of all pods are kept in, so that
   * they never reach a disk. It stays mounted while the kubelet is away.
   */
  async start(): Promise<void> {
    for (const [name, mode] of foldersOfOthers) await mkdir(join(this.rootDirectory, name), { recursive: true, mode });
    const directory = this.memoryDirectory();
    await mkdir(directory, { recursive: true, mode: 0o755 });
    if (!(await this.mounts.mountsBelow(directory)).includes(directory)) await this.mounts.mountTmpfs(directory, 0);
  }

  private memoryDirectory(): string {
    return join(this.rootDirectory, 'memory');
  }

  private async setUpOne(pod: corev1.Pod, volume: corev1.Volume, context: ContentContext): Promise<string> {
    const uid = podUid(pod);
    const name = volume.name ?? '';
    const group = pod.spec?.securityContext?.fsGroup;
    if (volume.hostPath !== undefined) return prepareHostPath(volume.hostPath, this.hostPathAliases);
    if (isContentVolume(volume)) {
      const secret = volume.secret !== undefined || volume.projected !== undefined;
      const directory = secret ? join(this.memoryDirectory(), uid, name) : this.volumePath(uid, 'content', name);
      await mkdir(directory, { recursive: true, mode: 0o755 });
      await writeAtomically(directory, await volumeFiles(volume, context), this.mounts, group);
      return directory;
    }
    if (volume.emptyDir !== undefined || isBare(volume)) return this.setUpEmptyDir(uid, name, volume.emptyDir, group);
    const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
    throw new VolumeError(`no volume plugin matched: ${kind} volumes are not supported by this node`);
  }

  private async setUpEmptyDir(
    uid: string,
    name: string,
    source: corev1.EmptyDirVolumeSource | undefined,
    group: number | undefined,
  ): Promise<string> {
    const directory = this.volumePath(uid, 'empty-dir', name);
    const created = await mkdir(directory, { recursive: true });
    if (created === undefined && (source?.medium ?? '') === '') return directory;
    if (source?.medium === 'Memory') {
      if ((await this.mounts.mountsBelow(directory)).includes(directory)) return directory;
      await this.mounts.mountTmpfs(directory, quantityValue(source.sizeLimit));
    }
    await chmod(directory, group === undefined ? 0o777 : 0o2777);
    if (group !== undefined) await this.mounts.setOwner(directory, 0, group);
    return directory;
  }

  private volumePath(uid: string, plugin: string, name: string): string {
    return join(this.podDirectory(uid), 'volumes', plugin, name);
  }
}

// A volume without a source is an empty directory.
function isBare(volume: corev1.Volume): boolean {
  return Object.entries(volume).every(([key, value]) => key === 'name' || value === undefined);
}
