import type { Clock, Timer } from '@skiff/platform';

/** How much history a store keeps. */
export interface Retention {
  /** Revisions of the last so many milliseconds are kept. Default 300,000. */
  readonly milliseconds?: number;
  /** At most so many revisions are kept, however young. Default 200,000. */
  readonly revisions?: number;
}

/** What the schedule watches and calls. */
export interface Compactable {
  revision(): bigint | Promise<bigint>;
  /** How many revisions it keeps; absent when that does not matter. */
  historyLength?(): number;
  compact(revision: bigint): Promise<void>;
  failed(error: unknown): void;
}

const checksPerPeriod = 5;

/** Compacts a store again and again so that it keeps just the history that it should. */
export class RetentionSchedule {
  private readonly milliseconds: number;
  private readonly revisions: number;
  private marks: { at: number; revision: bigint }[] = [];
  private timer: Timer;

  constructor(
    retention: Retention,
    private readonly clock: Clock,
    private readonly store: Compactable,
  ) {
    this.milliseconds = retention.milliseconds ?? 300_000;
    this.revisions = retention.revisions ?? 200_000;
    this.timer = this.arm();
  }

  stop(): void {
    this.timer.cancel();
  }

  private arm(): Timer {
    return this.clock.after(this.milliseconds / checksPerPeriod, () => {
      this.timer = this.arm();
      this.check().catch((error: unknown) => this.store.failed(error));
    });
  }

  private async check(): Promise<void> {
    const now = this.clock.monotonic();
    const revision = await this.store.revision();
    this.marks.push({ at: now, revision });
    const old = this.marks.filter((mark) => mark.at <= now - this.milliseconds);
    this.marks = this.marks.slice(old.length);
    let target = old.at(-1)?.revision ?? 0n;
    if ((this.store.historyLength?.() ?? 0) > this.revisions) {
      const newest = revision - BigInt(this.revisions);
      if (newest > target) target = newest;
    }
    if (target > 0n) await this.store.compact(target);
  }
}
