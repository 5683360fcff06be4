import type { Queuing } from './config';
import { Queue, Ticket, type TicketSubject } from './queue';

/** How long a request is taken to be served before that is known, in seconds; upstream's. */
const estimatedSeconds = 0.003;
/** So many queues are kept at least that are idle, for the next request. */
const mostKnown = 1_024;

export type Rejection = 'queue-full' | 'concurrency-limit';

/** A request that comes. */
export interface Arrival {
  readonly about: TicketSubject;
  /** The queues among which its flow may choose. */
  readonly hand: readonly number[];
  readonly seats: number;
  /** Is called when it gets its seats, unless that is at once. */
  readonly dispatched: () => void;
}

/**
 * Shares the seats of a level among flows: each queue that has requests gets as much as any other. Requests are served
 * in the order in which they would be over if all queues were served at once, each at the same speed.
 * Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/fairqueuing/queueset/queueset.go.
 */
export class QueueSet {
  /** Those that had requests lately: there may be millions of others. */
  private readonly known = new Map<number, Queue>();
  /** Those in which somebody waits. */
  private readonly waited = new Set<Queue>();
  /** How many have requests. */
  private active = 0;
  waiting = 0;
  waitingSeats = 0;
  executing = 0;
  seatsInUse = 0;
  private currentR = 0;
  private syncedAt: number;
  private enqueued = 0;
  private robin = 0;

  /**
   * @param queuing undefined: nothing waits.
   * @param limit how many seats there are.
   * @param monotonic in milliseconds.
   */
  constructor(
    private queuing: Queuing | undefined,
    private limit: number,
    private readonly monotonic: () => number,
  ) {
    this.syncedAt = monotonic();
  }

  /** Changes how requests wait; those that wait already go on, in queues that may be too many by now. */
  configure(queuing: Queuing | undefined, limit: number): void {
    this.syncTime(this.monotonic());
    this.queuing = queuing;
    this.limit = limit;
    this.dispatchAll();
  }

  get isIdle(): boolean {
    return this.waiting === 0 && this.executing === 0;
  }

  /** Its queues that have requests. */
  get queues(): Queue[] {
    return [...this.known.values()].filter(({ isIdle }) => !isIdle);
  }

  /**
   * A request that has its seats, or waits for them; or why it may not.
   * @param now in milliseconds.
   */
  arrive({ about, hand, seats, dispatched }: Arrival, now: number): Ticket | Rejection {
    this.syncTime(now);
    const ticket = new Ticket(seats, this.syncedAt, this.currentR, dispatched, about);
    if (!this.queuing) {
      if (!this.hasRoom(seats)) return 'concurrency-limit';
      this.start(ticket);
      return ticket;
    }
    const queue = this.choose(hand);
    if (this.waiting === 0 && this.hasRoom(seats)) {
      this.serve(ticket, queue);
      return ticket;
    }
    if (this.seatsInUse >= this.limit && queue.waiting.size >= this.queuing.queueLengthLimit) return 'queue-full';
    this.enqueue(ticket, queue);
    this.dispatchAll(ticket);
    return ticket;
  }

  /** A request is over, whether it was served or gave up waiting. Once is enough, and more does no harm. */
  finish(ticket: Ticket, now: number): void {
    if (ticket.state === 'over') return;
    this.syncTime(now);
    if (ticket.state === 'waiting') this.leave(ticket);
    else this.release(ticket);
    ticket.state = 'over';
    if (this.waiting > 0) this.dispatchAll();
  }

  /** Nobody waits, and there is room. */
  private serve(ticket: Ticket, queue: Queue): void {
    this.use(queue);
    ticket.queue = queue;
    this.startIn(queue, ticket);
  }

  /** A queue that may have been idle has a request. */
  private use(queue: Queue): void {
    if (!queue.isIdle) return;
    queue.nextDispatchR = this.currentR;
    this.active += 1;
  }

  private enqueue(ticket: Ticket, queue: Queue): void {
    this.use(queue);
    this.waited.add(queue);
    ticket.queue = queue;
    queue.waiting.add(ticket);
    queue.waitingSeats += ticket.seats;
    this.waiting += 1;
    this.waitingSeats += ticket.seats;
  }

  private leave(ticket: Ticket): void {
    const { queue, seats } = ticket;
    this.waiting -= 1;
    this.waitingSeats -= seats;
    if (!queue) return;
    this.unqueue(queue, ticket);
    this.settle(queue);
  }

  private start(ticket: Ticket): void {
    ticket.state = 'executing';
    ticket.startedAt = this.syncedAt;
    this.executing += 1;
    this.seatsInUse += ticket.seats;
  }

  private release(ticket: Ticket): void {
    const { queue, seats, startedAt } = ticket;
    this.executing -= 1;
    this.seatsInUse -= seats;
    if (!queue) return;
    queue.executing -= 1;
    queue.seatsInUse -= seats;
    // It is known by now how long it took.
    queue.nextDispatchR -= seats * (estimatedSeconds - (this.syncedAt - startedAt) / 1_000);
    this.settle(queue);
  }

  private settle(queue: Queue): void {
    if (!queue.isIdle) return queue.bound();
    this.active -= 1;
    if (this.known.size > mostKnown) this.known.delete(queue.index);
  }

  private unqueue(queue: Queue, ticket: Ticket): void {
    queue.waiting.delete(ticket);
    queue.waitingSeats -= ticket.seats;
    if (queue.waiting.size === 0) this.waited.delete(queue);
  }

  /** Virtual time goes the slower the more queues want something. */
  private syncTime(now: number): void {
    const seconds = (now - this.syncedAt) / 1_000;
    if (seconds <= 0) return;
    this.syncedAt = now;
    if (this.active === 0) return;
    this.currentR += (seconds * Math.min(this.seatsInUse + this.waitingSeats, this.limit)) / this.active;
  }

  /** The queue of a hand that has the least work waiting; each flow begins elsewhere each time. */
  private choose(hand: readonly number[]): Queue {
    const offset = this.enqueued % hand.length;
    this.enqueued += 1;
    let best = hand[offset] ?? 0;
    let least = this.waiting === 0 ? 0 : Infinity;
    for (let position = 0; position < hand.length && least > 0; position += 1) {
      const index = hand[(offset + position) % hand.length] ?? 0;
      const work = this.known.get(index)?.waitingSeats ?? 0;
      if (work >= least) continue;
      best = index;
      least = work;
    }
    let queue = this.known.get(best);
    if (!queue) this.known.set(best, (queue = new Queue(best, this.currentR)));
    return queue;
  }

  /** @param arriving the request whose caller sees for itself that it has its seats. */
  private dispatchAll(arriving?: Ticket): void {
    while (this.waiting > 0 && this.seatsInUse < this.limit) {
      const queue = this.next();
      const ticket = queue?.oldest;
      if (!queue || !ticket || !this.hasRoom(ticket.seats)) return;
      this.robin = queue.index;
      this.dispatch(queue, ticket);
      if (ticket !== arriving) ticket.dispatched();
    }
  }

  private dispatch(queue: Queue, ticket: Ticket): void {
    this.unqueue(queue, ticket);
    this.waiting -= 1;
    this.waitingSeats -= ticket.seats;
    this.startIn(queue, ticket);
  }

  private startIn(queue: Queue, ticket: Ticket): void {
    const { seats } = ticket;
    queue.executing += 1;
    queue.seatsInUse += seats;
    queue.nextDispatchR += seats * estimatedSeconds;
    queue.bound();
    this.start(ticket);
  }

  /** The queue whose next request would be over first; of several, the one after that which was served last. */
  private next(): Queue | undefined {
    let best: Queue | undefined;
    let bestFinish = Infinity;
    let bestDistance = Infinity;
    for (const queue of this.waited) {
      const oldest = queue.oldest;
      if (!oldest) continue;
      const finish = queue.nextDispatchR + oldest.seats * estimatedSeconds;
      const distance = queue.index > this.robin ? queue.index - this.robin : queue.index - this.robin + 2 ** 32;
      if (finish > bestFinish || (finish === bestFinish && distance >= bestDistance)) continue;
      best = queue;
      bestFinish = finish;
      bestDistance = distance;
    }
    return best;
  }

  /** Who wants more seats than there are waits until it is alone. */
  private hasRoom(seats: number): boolean {
    return seats > this.limit ? this.executing === 0 && this.limit > 0 : this.seatsInUse + seats <= this.limit;
  }
}
