import type { Directories } from '../../../pod-model/directories';
import type { Mounter } from '../../../system/mounts';
import { contentPlugin } from '../../content-plugin';
import type { VolumePlugin } from '../../plugin';
import { secretFiles } from './files';

/** Volumes that show a Secret, which they keep off the disk. */
export function secretPlugin(directories: Directories, mounts: Pick<Mounter, 'setOwner'>): VolumePlugin {
  return contentPlugin({
    name: 'kubernetes.io/secret',
    mounts,
    directory: (uid) => directories.memoryVolumes(uid),
    supports: ({ secret }) => secret !== undefined,
    files: ({ secret: { secretName, defaultMode = 0o644, ...source } = {} }, context) =>
      secretFiles({ ...source, name: secretName }, defaultMode, context),
  });
}
