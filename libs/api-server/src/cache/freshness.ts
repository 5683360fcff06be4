import type { Store } from '@skiff/storage';

/** Asks the store for its revision once for all who wait, so that reads from a cache are linearizable and cheap. */
export class Freshness {
  private running: Promise<unknown> = Promise.resolve();
  private next: Promise<bigint> | undefined;

  constructor(private readonly store: Store) {}

  /** A revision that includes every write acknowledged before this call. */
  currentRevision(): Promise<bigint> {
    // An answer under way may be older than the caller's last write: who comes meanwhile shares the next question.
    return (this.next ??= this.running.then(() => {
      this.next = undefined;
      const asked = this.store.currentRevision();
      this.running = asked.catch(() => undefined);
      return asked;
    }));
  }
}
