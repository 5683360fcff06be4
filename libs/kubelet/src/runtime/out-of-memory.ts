import type { criv1 } from '@skiff/contracts';
import type { KernelLog } from '../system/kernel-log';

/** Exit code of a process that got SIGKILL. */
const killed = 137;

/** Knows which containers the kernel took a process from for want of memory. */
export class OutOfMemory {
  private readonly told = new Set<string>();

  constructor(private readonly kernelLog: KernelLog) {}

  /** The runtime told of it. */
  note(containerId: string): void {
    this.told.add(containerId);
  }

  forget(id: string): void {
    this.told.delete(id);
  }

  /**
   * The status with its reason: the runtime hears of it at the same time as the kubelet, and may not have noted it yet,
   * or never hear of it.
   */
  explain(status: criv1.ContainerStatus): criv1.ContainerStatus {
    if (status.exitCode !== killed) return status;
    const isVictim = this.told.has(status.id) || this.kernelLog.hasVictim(status.id);
    return isVictim ? { ...status, reason: 'OOMKilled' } : status;
  }
}
