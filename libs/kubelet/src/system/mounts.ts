/** Mounts of this process's mount namespace, for volumes. */
export interface Mounter {
  /** Mount points at or below a directory, deepest first. */
  mountsBelow(directory: string): Promise<string[]>;
  /** Mounts a tmpfs; `sizeBytes` 0 leaves the kernel's default of half the memory. */
  mountTmpfs(directory: string, sizeBytes: number): Promise<void>;
  /** Mounts what a descriptor of this process stands for, whatever its path leads to by now. */
  bindDescriptor(descriptor: number, target: string): Promise<void>;
  /** Unmounts all at or below a directory, busy ones lazily. */
  unmountBelow(directory: string): Promise<void>;
  /** Gives a file or directory to a user and a group. */
  setOwner(path: string, user: number, group: number): Promise<void>;
}
