import type { Clock } from '@skiff/platform';

/** Requests that are soon over: who stops waits for these, and not for watches and streams. */
export class Draining {
  private active = 0;
  private idle: () => void = () => undefined;

  /** A request begins; to be followed by one `end`, when it is over, or turns out to last. */
  begin(): void {
    this.active += 1;
  }

  end(): void {
    this.active -= 1;
    if (this.active === 0) this.idle();
  }

  /** Resolves when none is left, or when that takes too long. */
  async drained(milliseconds: number, clock: Clock): Promise<void> {
    if (this.active === 0) return;
    await new Promise<void>((resolve) => {
      const limit = clock.after(milliseconds, resolve);
      this.idle = () => {
        limit.cancel();
        resolve();
      };
    });
  }
}
