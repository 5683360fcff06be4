/** Something that keeps events in memory, and can let go of its oldest. */
export interface Bounded {
  readonly bytes: number;
  /** Lets go of its oldest events, so many bytes of them at least. */
  drop(bytes: number): void;
}

/** What all windows of a server may keep together: whoever keeps the most gives up first. */
export class WindowBudget {
  private readonly windows = new Set<Bounded>();
  private used = 0;

  constructor(private readonly mostBytes: number) {}

  get bytes(): number {
    return this.used;
  }

  /** Counts a change in what this window keeps; may drop events of any window at once. */
  note(window: Bounded, change: number): void {
    this.windows.add(window);
    this.used += change;
    if (change <= 0) return;
    while (this.used > this.mostBytes) {
      const largest = [...this.windows].reduce((most, next) => (next.bytes > most.bytes ? next : most));
      // Some more than needed, so that not every event looks for the largest again.
      largest.drop(Math.max(this.used - this.mostBytes, this.mostBytes / 16));
    }
  }

  /** Forgets a window that keeps nothing any more. */
  leave(window: Bounded): void {
    this.windows.delete(window);
  }
}
