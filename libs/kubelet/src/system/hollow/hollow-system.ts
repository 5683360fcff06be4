import type { NodeSystem } from '../system';
import { hollowCgroups } from './cgroups';
import { hollowKernelLog } from './kernel-log';
import { hollowMachine, type HollowMachineOptions } from './machine';
import { hollowMounter } from './mounts';
import { hollowNetwork } from './network';

/**
 * The system of a node over a simulated runtime: needs neither root nor cgroups, mounts or a network of its own.
 * All that is left of it on the machine are files below the kubelet's folders.
 */
export function hollowSystem(machine: HollowMachineOptions): NodeSystem {
  return {
    cgroups: hollowCgroups,
    mounts: hollowMounter,
    network: hollowNetwork,
    kernelLog: hollowKernelLog,
    machine: hollowMachine(machine),
  };
}
