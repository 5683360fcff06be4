import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { quantityToNumber } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import type { Directories } from '../../../pod-model/directories';
import { podUid } from '../../../pod-model/pod';
import type { Mounter } from '../../../system/mounts';
import type { MountedVolume, VolumeContext, VolumePlugin } from '../../plugin';

/** Volumes that begin empty and go with their pod. */
export class EmptyDirPlugin implements VolumePlugin {
  readonly name = 'kubernetes.io/empty-dir';

  constructor(
    private readonly directories: Directories,
    private readonly mounts: Mounter,
  ) {}

  /** A volume without a source is one, too. */
  supports(volume: corev1.Volume): boolean {
    const sources = Object.entries(volume).filter(([key, value]) => key !== 'name' && value !== undefined);
    return volume.emptyDir !== undefined || sources.length === 0;
  }

  async setUp({ name = '', emptyDir }: corev1.Volume, { pod }: VolumeContext): Promise<MountedVolume> {
    const hostPath = join(this.directory(podUid(pod)), name);
    const isNew = (await mkdir(hostPath, { recursive: true })) !== undefined;
    const isFresh = emptyDir?.medium === 'Memory' ? await this.mountMemory(hostPath, emptyDir) : isNew;
    if (isFresh) await this.letIn(hostPath, pod.spec?.securityContext?.fsGroup);
    return { hostPath, readOnly: false };
  }

  async tearDown(uid: string): Promise<void> {
    await rm(this.directory(uid), { recursive: true, force: true });
  }

  /** False when it is mounted already. */
  private async mountMemory(hostPath: string, { sizeLimit }: corev1.EmptyDirVolumeSource): Promise<boolean> {
    if ((await this.mounts.mountsBelow(hostPath)).includes(hostPath)) return false;
    await this.mounts.mountTmpfs(hostPath, quantityToNumber(sizeLimit ?? '0'));
    return true;
  }

  /** Whatever user its containers run as, they can write here. */
  private async letIn(hostPath: string, group: number | undefined): Promise<void> {
    await chmod(hostPath, group === undefined ? 0o777 : 0o2777);
    if (group !== undefined) await this.mounts.setOwner(hostPath, 0, group);
  }

  private directory(uid: string): string {
    return this.directories.volumes(uid, 'empty-dir');
  }
}
