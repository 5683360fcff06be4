import type { Mounter } from '../mounts';

/** Mounts nothing: volumes are plain directories, which all belong to who runs the kubelet. */
export const hollowMounter: Mounter = {
  mountsBelow: () => Promise.resolve([]),
  mountTmpfs: () => Promise.resolve(),
  bindDescriptor: () => Promise.resolve(),
  unmountBelow: () => Promise.resolve(),
  setOwner: () => Promise.resolve(),
};
