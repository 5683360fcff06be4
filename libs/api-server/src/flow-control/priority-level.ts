import type { LevelConfig } from './config';
import { DemandIntegrator, SmoothedDemand } from './demand';
import { Ticket } from './queue';
import { QueueSet, type Arrival, type Rejection } from './queue-set';
import { RetryAfter } from './retry-after';

/** How many seats a level has. */
export interface Seats {
  readonly nominal: number;
  /** What it has when others borrow all that it lends. */
  readonly lower: number;
  /** What it has when it borrows all that it may. */
  readonly upper: number;
}

/** No request takes more than this part of its level's seats; upstream's. */
const largestPart = 0.15;
/** Upstream's MaximumListSeatsLimit. */
const mostSeats = 10;

/** The requests of one level. */
export class PriorityLevel {
  readonly demand = new SmoothedDemand();
  readonly retryAfter: RetryAfter;
  /** Its specification is gone, and its last requests are served. */
  isQuiescing = false;
  /** What it has now. */
  currentSeats = 0;
  /** The part of its target that it was given at last. */
  target = 0;
  private readonly queues: QueueSet;
  private readonly integrator: DemandIntegrator;
  /** Of an exempt level, whose requests are in no queues. */
  private exempt = { executing: 0, seats: 0 };

  constructor(
    public config: LevelConfig,
    public seats: Seats,
    monotonic: () => number,
  ) {
    this.queues = new QueueSet(config.queuing, seats.nominal, monotonic);
    this.integrator = new DemandIntegrator(monotonic);
    this.retryAfter = new RetryAfter(monotonic);
    this.currentSeats = seats.nominal;
  }

  configure(config: LevelConfig, seats: Seats): void {
    this.config = config;
    this.seats = seats;
    this.limit(Math.max(seats.lower, Math.min(seats.upper, this.currentSeats)));
  }

  /** Gives it so many seats. */
  limit(seats: number): void {
    this.currentSeats = seats;
    this.queues.configure(this.config.queuing, seats);
  }

  /** How many seats a request may take. */
  get mostSeats(): number {
    return Math.max(1, Math.min(mostSeats, Math.ceil(this.seats.nominal * largestPart)));
  }

  get isIdle(): boolean {
    return this.executing === 0 && this.waiting === 0;
  }

  get executing(): number {
    return this.queues.executing + this.exempt.executing;
  }

  get seatsInUse(): number {
    return this.queues.seatsInUse + this.exempt.seats;
  }

  get waiting(): number {
    return this.queues.waiting;
  }

  get waitingSeats(): number {
    return this.queues.waitingSeats;
  }

  /** Its queues that have requests. */
  get active(): QueueSet['queues'] {
    return this.queues.queues;
  }

  /** @param now in milliseconds. */
  arrive(arrival: Arrival, now: number): Ticket | Rejection {
    const ticket = this.config.isExempt ? this.exemptTicket(arrival, now) : this.queues.arrive(arrival, now);
    this.noteDemand(now);
    return ticket;
  }

  finish(ticket: Ticket, now: number): void {
    if (ticket.state === 'over') return;
    if (ticket.isExempt) {
      ticket.state = 'over';
      this.exempt.executing -= 1;
      this.exempt.seats -= ticket.seats;
    } else this.queues.finish(ticket, now);
    this.noteDemand(now);
  }

  /** Takes in what was wanted since this was called last. */
  updateDemand(): void {
    this.demand.update(this.integrator.take());
  }

  private exemptTicket({ seats, dispatched, about }: Arrival, now: number): Ticket {
    const ticket = new Ticket(seats, now, 0, dispatched, about);
    ticket.isExempt = true;
    ticket.state = 'executing';
    ticket.startedAt = ticket.arrivedAt;
    this.exempt.executing += 1;
    this.exempt.seats += seats;
    return ticket;
  }

  private noteDemand(now: number): void {
    this.integrator.set(this.seatsInUse + this.waitingSeats, now);
  }
}
