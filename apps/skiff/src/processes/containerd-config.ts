import { renderContainerdConfig } from '@skiff/kubelet';
import { pauseImage } from '../images/pause';
import type { NodePaths } from '../cluster/paths';

/** containerd's configuration for one node: everything below the node's folder. */
export function containerdConfig(paths: NodePaths): string {
  return renderContainerdConfig({
    rootDirectory: `${paths.containerd}/root`,
    stateDirectory: `${paths.containerd}/state`,
    socket: paths.containerdSocket,
    cniConfigDirectory: paths.cni,
    cniBinaryDirectory: '/usr/lib/cni',
    sandboxImage: pauseImage,
  });
}
