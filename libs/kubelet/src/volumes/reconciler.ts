import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { corev1 } from '@skiff/contracts';
import type { Directories } from '../pod-model/directories';
import { podUid } from '../pod-model/pod';
import type { Mounter } from '../system/mounts';
import { VolumeError, type MountedVolume, type VolumeContext, type VolumePlugin } from './plugin';

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

export interface VolumeReconcilerOptions {
  readonly directories: Directories;
  readonly mounts: Mounter;
  readonly plugins: readonly VolumePlugin[];
}

/** By the name of the volume. */
export type MountedVolumes = ReadonlyMap<string, MountedVolume>;

/** What drivers and plugins look for below a kubelet's folder. Upstream: pkg/kubelet/kubelet.go, setupDataDirs */
const foldersOfOthers: readonly (readonly [name: string, mode: number])[] = [
  ['pods', 0o750],
  ['plugins', 0o750],
  ['plugins_registry', 0o750],
  ['pod-resources', 0o750],
  ['device-plugins', 0o750],
];

/** Brings the volumes of pods that are there in line with those that are wanted, a plugin for each sort. */
export class VolumeReconciler {
  private readonly mounted = new Map<string, MountedVolumes>();

  constructor(private readonly options: VolumeReconcilerOptions) {}

  /**
   * Makes the kubelet's folders, and mounts the one tmpfs that secrets and tokens of all pods are kept in, so that
   * they never reach a disk. It stays mounted while the kubelet is away.
   */
  async start(): Promise<void> {
    const { directories, mounts } = this.options;
    for (const [name, mode] of foldersOfOthers) await mkdir(join(directories.root, name), { recursive: true, mode });
    const { memory } = directories;
    await mkdir(memory, { recursive: true, mode: 0o755 });
    if (!(await mounts.mountsBelow(memory)).includes(memory)) await mounts.mountTmpfs(memory, 0);
  }

  /** The volumes of a pod; undefined until all of them are set up. */
  ready(uid: string): MountedVolumes | undefined {
    return this.mounted.get(uid);
  }

  /** Sets all volumes of a pod up. Throws a MountError. */
  async setUp(pod: corev1.Pod, context: VolumeContext): Promise<void> {
    const volumes = new Map<string, MountedVolume>();
    const failures = new Map<string, string>();
    const causes: unknown[] = [];
    await Promise.all(
      (pod.spec?.volumes ?? []).map(async (volume) => {
        const name = volume.name ?? '';
        try {
          volumes.set(name, await this.pluginOf(volume).setUp(volume, context));
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          failures.set(name, `MountVolume.SetUp failed for volume ${JSON.stringify(name)} : ${message}`);
          causes.push(error);
        }
      }),
    );
    if (failures.size > 0) throw new MountError(failures, { cause: causes });
    this.mounted.set(podUid(pod), volumes);
  }

  /** Brings what a pod's volumes show of the API up to date, once they are set up. */
  async refresh(pod: corev1.Pod, context: VolumeContext): Promise<void> {
    if (!this.mounted.has(podUid(pod))) return;
    const volumes = pod.spec?.volumes ?? [];
    await Promise.all(volumes.map((volume) => this.pluginOf(volume).refresh?.(volume, context)));
  }

  /** Unmounts and deletes all that a pod had on this node. */
  async tearDown(uid: string): Promise<void> {
    const { directories, mounts, plugins } = this.options;
    const directory = directories.pod(uid);
    this.mounted.delete(uid);
    await mounts.unmountBelow(directory);
    // Through a mount that is still there the files of others would go.
    const left = await mounts.mountsBelow(directory);
    if (left.length > 0) throw new Error(`still mounted: ${left.join(', ')}`);
    for (const plugin of plugins) await plugin.tearDown(uid);
    await rm(directory, { recursive: true, force: true });
  }

  /** Pods that something is left of. */
  async podsWithVolumes(): Promise<string[]> {
    return readdir(this.options.directories.pods).catch(() => []);
  }

  private pluginOf(volume: corev1.Volume): VolumePlugin {
    const plugin = this.options.plugins.find((candidate) => candidate.supports(volume));
    if (plugin !== undefined) return plugin;
    const sort = Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
    throw new VolumeError(`no volume plugin matched: ${sort} volumes are not supported by this node`);
  }
}
