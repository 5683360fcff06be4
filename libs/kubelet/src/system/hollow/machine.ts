import type { Machine } from '../machine';

export interface HollowMachineOptions {
  readonly memoryBytes: number;
  readonly storageBytes: number;
}

/** A machine that is all free, whatever the one is like on which the kubelet really runs. */
export function hollowMachine({ memoryBytes, storageBytes }: HollowMachineOptions): Machine {
  return {
    memoryAvailableBytes: () => Promise.resolve(memoryBytes),
    storage: () => Promise.resolve({ bytes: storageBytes, availableFraction: 1 }),
    hasAppArmor: () => Promise.resolve(true),
  };
}
