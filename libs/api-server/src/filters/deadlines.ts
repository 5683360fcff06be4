import type { Clock, Timer } from '@skiff/platform';

/** A time by which a request is to be answered. */
export class Deadline<Request> {
  /** Whether the time is up. */
  passed = false;

  constructor(
    /** On the monotonic clock. */
    readonly due: number,
    readonly request: Request,
    /** Of a request whose client waits less than others. */
    readonly timer: Timer | undefined,
  ) {}
}

/**
 * The times by which requests are to be answered. All but those that ask for less have as long as
 * each other, so that one timer does for all of them.
 */
export class Deadlines<Request> {
  /** In the order in which they pass. */
  private readonly open = new Set<Deadline<Request>>();
  private timer: Timer | undefined;

  /**
   * @param milliseconds how long a request may take at most.
   * @param expire called once for each request that is not over by its time.
   */
  constructor(
    private readonly clock: Clock,
    private readonly milliseconds: number,
    private readonly expire: (request: Request) => void,
  ) {}

  /** A request begins; `asked` is how long its client waits. */
  begin(request: Request, asked = 0, now = this.clock.monotonic()): Deadline<Request> {
    if (asked > 0 && asked < this.milliseconds) {
      const timer = this.clock.after(asked, () => this.pass(own));
      const own = new Deadline(now + asked, request, timer);
      return own;
    }
    const deadline = new Deadline(now + this.milliseconds, request, undefined);
    this.open.add(deadline);
    this.timer ??= this.clock.after(this.milliseconds, () => this.sweep());
    return deadline;
  }

  /** The request is over, and has no deadline any more. */
  cancel(deadline: Deadline<Request>): void {
    if (deadline.timer) deadline.timer.cancel();
    else this.open.delete(deadline);
  }

  private pass(deadline: Deadline<Request>): void {
    deadline.passed = true;
    this.expire(deadline.request);
  }

  private sweep(): void {
    this.timer = undefined;
    const now = this.clock.monotonic();
    for (const deadline of this.open) {
      if (deadline.due > now) {
        this.timer = this.clock.after(deadline.due - now, () => this.sweep());
        return;
      }
      this.open.delete(deadline);
      this.pass(deadline);
    }
  }
}
