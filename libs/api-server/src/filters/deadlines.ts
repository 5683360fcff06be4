import { parseDuration } from '@skiff/contracts';
import { badRequest } from '@skiff/apimachinery';
import type { Clock, Timer } from '@skiff/platform';

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
  begin(request: Request, asked = 0): Deadline<Request> {
    const now = this.clock.monotonic();
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
