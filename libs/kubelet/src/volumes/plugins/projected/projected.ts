import type { corev1 } from '@skiff/contracts';
import type { Directories } from '../../../pod-model/directories';
import type { Mounter } from '../../../system/mounts';
import type { VolumeFile } from '../../atomic-writer';
import { contentPlugin } from '../../content-plugin';
import { VolumeError, type VolumeContext, type VolumePlugin } from '../../plugin';
import { configMapFiles } from '../config-map/files';
import { downwardApiFiles } from '../downward-api/files';
import { secretFiles } from '../secret/files';
import { tokenFile } from './token';

/** Volumes that show several sources in one folder, off the disk as some of them are secret. */
export function projectedPlugin(directories: Directories, mounts: Pick<Mounter, 'setOwner'>): VolumePlugin {
  return contentPlugin({
    name: 'kubernetes.io/projected',
    mounts,
    directory: (uid) => directories.memoryVolumes(uid),
    supports: ({ projected }) => projected !== undefined,
    files: ({ projected }, context) => projectedFiles(projected ?? {}, context),
  });
}

/** The files of all sources, in their order. */
export async function projectedFiles(
  { sources, defaultMode = 0o644 }: corev1.ProjectedVolumeSource,
  context: VolumeContext,
): Promise<VolumeFile[]> {
  const files: VolumeFile[] = [];
  for (const source of sources ?? []) {
    if (source.configMap !== undefined) files.push(...(await configMapFiles(source.configMap, defaultMode, context)));
    if (source.secret !== undefined) files.push(...(await secretFiles(source.secret, defaultMode, context)));
    if (source.downwardAPI !== undefined)
      files.push(...downwardApiFiles(source.downwardAPI.items ?? [], defaultMode, context));
    if (source.serviceAccountToken !== undefined)
      files.push(await tokenFile(source.serviceAccountToken, defaultMode, context));
    if (source.clusterTrustBundle !== undefined || source.podCertificate !== undefined)
      throw new VolumeError('cluster trust bundles and pod certificates are not supported by this node');
  }
  return files;
}
