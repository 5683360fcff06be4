import type { Directories } from '../../../pod-model/directories';
import type { Mounter } from '../../../system/mounts';
import { contentPlugin } from '../../content-plugin';
import type { VolumePlugin } from '../../plugin';
import { configMapFiles } from './files';

/** Volumes that show a ConfigMap. */
export function configMapPlugin(directories: Directories, mounts: Pick<Mounter, 'setOwner'>): VolumePlugin {
  return contentPlugin({
    name: 'kubernetes.io/configmap',
    mounts,
    directory: (uid) => directories.volumes(uid, 'content'),
    supports: ({ configMap }) => configMap !== undefined,
    files: ({ configMap: { defaultMode = 0o644, ...source } = {} }, context) =>
      configMapFiles(source, defaultMode, context),
  });
}
