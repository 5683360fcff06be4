import { tooOldResourceVersion, type ApiObject } from '@skiff/apimachinery';
import type { WatchEvent } from '@skiff/client';

type Event = WatchEvent<ApiObject>;

/** Every change of one kind, for watches from any version on. */
export class WatchLog {
  private readonly changes: Event[] = [];
  private readonly waiting = new Set<() => void>();
  private oldest = 0;
  private interruption = new AbortController();

  append(change: Event): void {
    this.changes.push(change);
    this.wakeAll();
  }

  bookmark(resourceVersion: string): void {
    this.append({ type: 'BOOKMARK', resourceVersion });
  }

  /** Watches from before this version are refused from now on. */
  compact(resourceVersion: number): void {
    this.oldest = resourceVersion;
  }

  /** Ends all watches that are under way. */
  interrupt(error?: Error): void {
    const { interruption } = this;
    this.interruption = new AbortController();
    interruption.abort(error ?? 'the server has ended the watch');
    this.wakeAll();
  }

  /** Changes after a version, until the signal aborts. Throws Expired when they are no longer known. */
  async *after(resourceVersion: number, signal: AbortSignal | undefined): AsyncGenerator<Event> {
    if (resourceVersion < this.oldest) throw tooOldResourceVersion(resourceVersion, this.oldest);
    const interrupted = this.interruption.signal;
    let position = this.changes.findIndex((change) => Number(change.resourceVersion) > resourceVersion);
    if (position < 0) position = this.changes.length;
    while (!signal?.aborted) {
      if (interrupted.reason instanceof Error) throw interrupted.reason;
      if (interrupted.aborted) return;
      const change = this.changes[position];
      if (change) {
        position += 1;
        yield change;
      } else await this.next(signal);
    }
  }

  private wakeAll(): void {
    for (const wake of this.waiting) wake();
  }

  private next(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.waiting.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}
