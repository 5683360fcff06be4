/** Which containers the kernel took a process from for want of memory, by its own log. */
export interface KernelLog {
  /** Whether the kernel says that a process of this container was a victim. */
  hasVictim(containerId: string): boolean;
  /** Afterwards no victim is known. */
  close(): void;
}
