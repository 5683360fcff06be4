import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { corev1 } from '@skiff/contracts';
import { podUid } from '../pod-model/pod';
import type { Mounter } from '../system/mounts';
import { writeAtomically, type VolumeFile } from './atomic-writer';
import type { VolumeContext, VolumePlugin } from './plugin';

export interface ContentPluginOptions {
  readonly name: string;
  readonly mounts: Pick<Mounter, 'setOwner'>;
  /** Where the volumes of a pod lie; a folder for each. */
  directory(podUid: string): string;
  supports(volume: corev1.Volume): boolean;
  /** What a volume holds now. */
  files(volume: corev1.Volume, context: VolumeContext): Promise<VolumeFile[]>;
}

/**
 * A plugin whose volumes hold files that the kubelet writes, and keeps up to date. No container may change them: it
 * could have the kubelet work on other files.
 */
export function contentPlugin({ name, mounts, directory, supports, files }: ContentPluginOptions): VolumePlugin {
  const write = async (volume: corev1.Volume, context: VolumeContext): Promise<string> => {
    const target = join(directory(podUid(context.pod)), volume.name ?? '');
    await mkdir(target, { recursive: true, mode: 0o755 });
    const group = context.pod.spec?.securityContext?.fsGroup;
    await writeAtomically(target, await files(volume, context), mounts, group);
    return target;
  };
  return {
    name,
    supports,
    setUp: async (volume, context) => ({ hostPath: await write(volume, context), readOnly: true }),
    refresh: async (volume, context) => {
      await write(volume, context);
    },
    tearDown: (uid) => rm(directory(uid), { recursive: true, force: true }),
  };
}
