import type { Logger } from '@skiff/platform';
import type { NodeSystem } from '../system';
import { createCgroupManager } from './cgroups';
import { LinuxKernelLog } from './kernel-log';
import { linuxMachine } from './machine';
import { linuxMounter } from './mounts';
import { LinuxNetwork } from './network';

/** This machine: its cgroups, its mounts and the network namespace of this process, which takes root. */
export function linuxSystem(logger: Logger): NodeSystem {
  return {
    cgroups: createCgroupManager(logger),
    mounts: linuxMounter,
    network: new LinuxNetwork(),
    kernelLog: new LinuxKernelLog(logger),
    machine: linuxMachine,
  };
}
