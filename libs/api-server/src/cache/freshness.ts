import type { Store } from '@skiff/storage';

/** Asks the store for its revision once for all who ask at the same moment, so that reads from a cache are linearizable. */
export class Freshness {
  private next: Promise<bigint> | undefined;

  constructor(private readonly store: Store) {}

  /** A revision that includes every write acknowledged before this call. */
  currentRevision(): Promise<bigint> {
    // Whoever asks before the question is sent shares it; later ones ask again.
    return (this.next ??= Promise.resolve().then(() => {
      this.next = undefined;
      return this.store.currentRevision();
    }));
  }
}
