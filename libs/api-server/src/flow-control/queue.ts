/** A request of a level: it waits, has seats, or is over. */
export class Ticket {
  state: 'waiting' | 'executing' | 'over' = 'waiting';
  /** Undefined where a level has no queues. */
  queue: Queue | undefined;
  /** Whether it needs no seats of its level. */
  isExempt = false;
  /** Whether its seats go back. */
  isReturned = false;
  /** When it got its seats, in milliseconds. */
  startedAt = 0;

  constructor(
    /** How many seats it takes. */
    readonly seats: number,
    /** In milliseconds on the monotonic clock. */
    readonly arrivedAt: number,
    /** In the level's virtual time. */
    readonly arrivedR: number,
    /** Is called when it gets its seats, unless that is at once. */
    readonly dispatched: () => void,
    /** What it is, for who looks. */
    readonly about: TicketSubject,
  ) {}
}

/** What a ticket is about. */
export interface TicketSubject {
  readonly schema: string;
  readonly distinguisher: string;
}

/** Requests of some flows that wait for seats, and those that have some. */
export class Queue {
  /** In the order in which they came. */
  readonly waiting = new Set<Ticket>();
  waitingSeats = 0;
  executing = 0;
  seatsInUse = 0;

  constructor(
    readonly index: number,
    /** When, in virtual time, its next request is served. */
    public nextDispatchR: number,
  ) {}

  get oldest(): Ticket | undefined {
    for (const first of this.waiting) return first;
    return undefined;
  }

  get isIdle(): boolean {
    return this.waiting.size === 0 && this.executing === 0;
  }

  /** Dispatch in the virtual world does not precede arrival: who does not use its part does not save it up. */
  bound(): void {
    const oldest = this.oldest;
    if (oldest && this.nextDispatchR < oldest.arrivedR) this.nextDispatchR = oldest.arrivedR;
  }
}
