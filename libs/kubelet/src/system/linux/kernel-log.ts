import { closeSync, constants, openSync, readSync } from 'node:fs';
import { describeError, type Logger } from '@skiff/platform';
import type { KernelLog } from '../kernel-log';

/** One read of the log gives one record, which has to fit. */
const recordBytes = 8192;
/** The newest victims are remembered; those of other programs are among them. */
const victimsKept = 1000;

/** A victim's line names its cgroup, which the runtime named after its container. */
const victimLine = /oom-kill:.*task_memcg=[^,]*?([0-9a-f]{64})/g;

/**
 * The log of this machine's kernel. containerd begins to watch a container's memory only once it has started,
 * and never hears of one that ran out of memory before that. The kernel names at
 * most ten victims in five seconds, so this stands beside the runtime's word and
 * not in its place.
 *
 * The log is read on demand, and only what is new. Where it cannot be read, as in
 * a container without privileges, no victim is known.
 */
export class LinuxKernelLog implements KernelLog {
  private readonly victims = new Set<string>();
  private readonly buffer = Buffer.alloc(recordBytes);
  private file: number | 'not opened' | 'none' = 'not opened';

  /** @param path the log's device. */
  constructor(
    private readonly logger?: Logger,
    private readonly path = '/dev/kmsg',
  ) {}

  hasVictim(containerId: string): boolean {
    this.readOn();
    return this.victims.has(containerId);
  }

  close(): void {
    if (typeof this.file === 'number') closeSync(this.file);
    this.file = 'none';
  }

  private readOn(): void {
    try {
      if (this.file === 'not opened') this.file = openSync(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
      if (this.file !== 'none') this.takeUp(this.file);
    } catch (error) {
      this.close();
      this.logger?.info('the log of the kernel cannot be read: who runs out of memory at once may show as Error', {
        path: this.path,
        error: describeError(error),
      });
    }
  }

  private takeUp(file: number): void {
    for (let text = this.next(file); text !== ''; text = this.next(file)) {
      for (const [, id] of text.matchAll(victimLine)) if (id !== undefined) this.victims.add(id);
    }
    for (const id of this.victims) {
      if (this.victims.size <= victimsKept) break;
      this.victims.delete(id);
    }
  }

  /** What comes next in the log; nothing at its end. */
  private next(file: number): string {
    for (;;) {
      try {
        return this.buffer.toString('utf8', 0, readSync(file, this.buffer));
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'EAGAIN') return '';
        // Records were overwritten before they were read; the next read goes on with the oldest.
        if (code !== 'EPIPE') throw error;
      }
    }
  }
}
