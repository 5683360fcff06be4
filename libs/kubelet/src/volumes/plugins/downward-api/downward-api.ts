import type { Directories } from '../../../pod-model/directories';
import type { Mounter } from '../../../system/mounts';
import { contentPlugin } from '../../content-plugin';
import type { VolumePlugin } from '../../plugin';
import { downwardApiFiles } from './files';

/** Volumes that show fields of their pod. */
export function downwardApiPlugin(directories: Directories, mounts: Pick<Mounter, 'setOwner'>): VolumePlugin {
  return contentPlugin({
    name: 'kubernetes.io/downward-api',
    mounts,
    directory: (uid) => directories.volumes(uid, 'content'),
    supports: ({ downwardAPI }) => downwardAPI !== undefined,
    files: async ({ downwardAPI }, context) =>
      downwardApiFiles(downwardAPI?.items ?? [], downwardAPI?.defaultMode ?? 0o644, context),
  });
}
