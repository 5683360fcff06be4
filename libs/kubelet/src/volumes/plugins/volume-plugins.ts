import type { Directories } from '../../pod-model/directories';
import type { Mounter } from '../../system/mounts';
import type { VolumePlugin } from '../plugin';
import { configMapPlugin } from './config-map/config-map';
import { downwardApiPlugin } from './downward-api/downward-api';
import { EmptyDirPlugin } from './empty-dir/empty-dir';
import { hostPathPlugin } from './host-path/host-path';
import { projectedPlugin } from './projected/projected';
import { secretPlugin } from './secret/secret';

export interface VolumePluginOptions {
  readonly directories: Directories;
  readonly mounts: Mounter;
  /** Folders that hostPath volumes find elsewhere on this machine, by the path that they name. */
  readonly hostPathAliases: ReadonlyMap<string, string>;
}

/** The sorts of volumes that a node can give its pods. */
export function volumePlugins({ directories, mounts, hostPathAliases }: VolumePluginOptions): VolumePlugin[] {
  return [
    new EmptyDirPlugin(directories, mounts),
    hostPathPlugin(hostPathAliases),
    configMapPlugin(directories, mounts),
    secretPlugin(directories, mounts),
    downwardApiPlugin(directories, mounts),
    projectedPlugin(directories, mounts),
  ];
}
