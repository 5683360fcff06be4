import type { CgroupManager } from './cgroups';
import type { KernelLog } from './kernel-log';
import type { Machine } from './machine';
import type { Mounter } from './mounts';
import type { NetworkProgrammer } from './network';

/** The machine below a kubelet: a real one, or a hollow one that needs no privileges and changes nothing. */
export interface NodeSystem {
  readonly cgroups: CgroupManager;
  readonly mounts: Mounter;
  readonly network: NetworkProgrammer;
  readonly kernelLog: KernelLog;
  readonly machine: Machine;
}
