import { renderContainerdConfig } from '@skiff/kubelet';
import { pauseImage } from '../images/pause';
import type { NodePaths } from '../cluster/paths';

/**
 * containerd's configuration for one node: everything below the node's folder, but for what ends with its
 * processes, which may have a folder of its own.
 */
export function containerdConfig(paths: NodePaths, state = `${paths.containerd}/state`): string {
  return renderContainerdConfig({
    rootDirectory: `${paths.containerd}/root`,
    stateDirectory: state,
    socket: paths.containerdSocket,
    cniConfigDirectory: paths.cni,
    cniBinaryDirectory: '/usr/lib/cni',
    sandboxImage: pauseImage,
  });
}
