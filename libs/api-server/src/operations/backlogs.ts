/** Something whose peer may take less than is sent to it. */
export interface Lagging {
  /** Bytes that the peer has not taken yet. */
  backlog(): number;
  /** Ends it, since its peer is too slow. */
  cutOff(): void;
}

export interface BacklogLimits {
  readonly eachBytes: number;
  readonly allBytes: number;
}

const watchLimits: BacklogLimits = { eachBytes: 32 << 20, allBytes: 64 << 20 };

/**
 * What the peers of all watches of a server have not taken yet. A watch that is too far behind is cut off, and when
 * all together are, those that are the farthest: they hold up nobody and fill no memory.
 */
export class Backlogs {
  /** Bytes by what was last seen, which can only be more than there are now. */
  private readonly seen = new Map<Lagging, number>();
  private total = 0;

  constructor(private readonly limits = watchLimits) {}

  /** To be called after something was sent. May cut off any watch at once, this one included. */
  note(watch: Lagging): void {
    const bytes = watch.backlog();
    this.see(watch, bytes);
    if (bytes > this.limits.eachBytes) this.cutOff(watch);
    else if (this.total > this.limits.allBytes) this.relieve();
  }

  /** Forgets a watch that has ended. */
  leave(watch: Lagging): void {
    this.total -= this.seen.get(watch) ?? 0;
    this.seen.delete(watch);
  }

  private see(watch: Lagging, bytes: number): void {
    this.total += bytes - (this.seen.get(watch) ?? 0);
    if (bytes === 0) this.seen.delete(watch);
    else this.seen.set(watch, bytes);
  }

  private relieve(): void {
    for (const watch of [...this.seen.keys()]) this.see(watch, watch.backlog());
    if (this.total <= this.limits.allBytes) return;
    const byBacklog = [...this.seen].sort(([, a], [, b]) => b - a);
    for (const [watch] of byBacklog) {
      // Some more than needed, so that not every event looks at all of them again.
      if (this.total <= this.limits.allBytes * 0.75) return;
      this.cutOff(watch);
    }
  }

  private cutOff(watch: Lagging): void {
    this.leave(watch);
    watch.cutOff();
  }
}
