import { parseDuration } from '@skiff/contracts';
import { badRequest, type Clock, type Timer } from '@skiff/platform';

/** How long a request may take that is not meant to last; upstream's `--request-timeout`. */
export const requestDeadlineMilliseconds = 60_000;

/** How many milliseconds a client waits, by its query. Throws BadRequest for what is no duration. */
export function requestedTimeout(query: URLSearchParams): number | undefined {
  const text = query.get('timeout');
  if (!text) return undefined;
  try {
    return parseDuration(text) / 1e6;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw badRequest(`invalid timeout specified in the request URL - ${why}`);
  }
}

/** A time by which a request is to be answered. */
export class Deadline {
  /** Whether the time is up. */
  passed = false;

  constructor(
    /** On the monotonic clock. */
    readonly due: number,
    private readonly expire: () => void,
    private readonly forget: (deadline: Deadline) => void,
  ) {}

  pass(): void {
    this.passed = true;
    this.expire();
  }

  /** The request is over, and has no deadline any more. */
  cancel(): void {
    this.forget(this);
  }
}

/**
 * The times by which requests are to be answered. All but those that ask for less have as long as
 * each other, so that one timer does for all of them.
 */
export class Deadlines {
  /** In the order in which they pass. */
  private readonly open = new Set<Deadline>();
  private readonly close = (deadline: Deadline): void => void this.open.delete(deadline);
  private timer: Timer | undefined;

  /** @param milliseconds how long a request may take at most. */
  constructor(
    private readonly clock: Clock,
    private readonly milliseconds: number,
  ) {}

  /** A request begins. `expire` is called once, if it is not over by then; `asked` is how long its client waits. */
  begin(expire: () => void, asked = 0): Deadline {
    const now = this.clock.monotonic();
    if (asked > 0 && asked < this.milliseconds) {
      const own = new Deadline(now + asked, expire, () => timer.cancel());
      const timer = this.clock.after(asked, () => own.pass());
      return own;
    }
    const deadline = new Deadline(now + this.milliseconds, expire, this.close);
    this.open.add(deadline);
    this.timer ??= this.clock.after(this.milliseconds, () => this.sweep());
    return deadline;
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
      deadline.pass();
    }
  }
}
