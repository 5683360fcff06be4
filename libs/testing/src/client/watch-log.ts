import type { ApiObject, WatchEvent } from '@skiff/client';

type Change = Extract<WatchEvent<ApiObject>, { object: ApiObject }>;

/** Every change of one kind, for watches from any version on. */
export class WatchLog {
  private readonly changes: Change[] = [];
  private readonly waiting = new Set<() => void>();

  append(change: Change): void {
    this.changes.push(change);
    for (const wake of this.waiting) wake();
  }

  /** Changes after a version, until the signal aborts. */
  async *after(resourceVersion: number, signal: AbortSignal | undefined): AsyncGenerator<Change> {
    let position = this.changes.findIndex((change) => Number(change.resourceVersion) > resourceVersion);
    if (position < 0) position = this.changes.length;
    while (!signal?.aborted) {
      const change = this.changes[position];
      if (change) {
        position += 1;
        yield change;
      } else await this.next(signal);
    }
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
