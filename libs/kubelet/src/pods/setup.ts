import { mkdir, rm } from 'node:fs/promises';
import type { corev1 } from '@skiff/contracts';
import type { Directories } from '../pod-model/directories';
import type { NodeFields } from '../pod-model/fields';
import { podUid } from '../pod-model/pod';
import { podCgroup, podCgroupLimits } from '../pod-model/qos';
import type { CgroupManager } from '../system/cgroups';
import type { VolumeContext } from '../volumes/plugin';
import { MountError, type VolumeReconciler } from '../volumes/reconciler';

export interface PodSetupParts extends Pick<VolumeContext, 'objects' | 'tokens'> {
  readonly volumes: VolumeReconciler;
  readonly cgroups: CgroupManager;
  /** Parent of all pods' cgroups, such as `/kubepods`. */
  readonly cgroupRoot: string;
  readonly directories: Directories;
  readonly node: NodeFields;
}

/** What a pod has on the node beside its sandbox and containers: a cgroup, a folder of logs, volumes. */
export class PodSetup {
  /** Uids of the pods that have their cgroup and folder. */
  private readonly made = new Set<string>();

  constructor(private readonly parts: PodSetupParts) {}

  /** Makes ready what is not yet; what kept volumes from being mounted, if anything did. */
  async setUp(pod: corev1.Pod, podIps: readonly string[]): Promise<MountError | undefined> {
    const { cgroups, cgroupRoot, directories, volumes } = this.parts;
    const uid = podUid(pod);
    if (!this.made.has(uid)) {
      await mkdir(directories.podLogs(pod), { recursive: true });
      await cgroups.create(podCgroup(cgroupRoot, pod), podCgroupLimits(pod));
      this.made.add(uid);
    }
    if (volumes.ready(uid) !== undefined) return undefined;
    try {
      await volumes.setUp(pod, this.volumeContext(pod, podIps));
      return undefined;
    } catch (error) {
      if (error instanceof MountError) return error;
      throw error;
    }
  }

  /** Brings volumes that show API objects up to date. */
  async refresh(pod: corev1.Pod, podIps: readonly string[]): Promise<void> {
    await this.parts.volumes.refresh(pod, this.volumeContext(pod, podIps));
  }

  /** Unmounts and deletes the volumes of a pod of which nothing runs. */
  async removeVolumes(uid: string): Promise<void> {
    await this.parts.volumes.tearDown(uid);
  }

  /** Removes all else, once its containers are gone. */
  async remove(pod: corev1.Pod): Promise<void> {
    const { cgroups, cgroupRoot, directories } = this.parts;
    await cgroups.remove(podCgroup(cgroupRoot, pod));
    await rm(directories.podLogs(pod), { recursive: true, force: true });
    this.made.delete(podUid(pod));
  }

  /** Removes what a pod left that nothing but its uid is known of. */
  async removeOrphan(uid: string): Promise<void> {
    const { cgroups, cgroupRoot } = this.parts;
    await this.removeVolumes(uid);
    for (const parent of ['', '/burstable', '/besteffort']) await cgroups.remove(`${cgroupRoot}${parent}/pod${uid}`);
  }

  /** Uids of the pods that something is left of. */
  uids(): Promise<string[]> {
    return this.parts.volumes.podsWithVolumes();
  }

  private volumeContext(pod: corev1.Pod, podIps: readonly string[]): VolumeContext {
    const { node, objects, tokens } = this.parts;
    return { ...node, pod, podIps, objects, tokens };
  }
}
