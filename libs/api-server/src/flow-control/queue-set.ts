import type { Queuing } from './config';
import { Queue, Ticket, type TicketSubject } from './queue';

/** How long a request is taken to be served before that is known, in seconds; upstream's. */
const estimatedSeconds = 0.003;

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
  /** Those that have requests: there may be millions of others. */
  readonly queues = new Map<number, Queue>();
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
    this.syncTime();
    this.queuing = queuing;
    this.limit = limit;
    this.dispatchAll();
  }

  get isIdle(): boolean {
    return this.waiting === 0 && this.executing === 0;
  }

  /** A request that has its seats, or waits for them; or why it may not. */
  arrive({ about, hand, seats, dispatched }: Arrival): Ticket | Rejection {
    this.syncTime();
    const ticket = new Ticket(seats, this.syncedAt, this.currentR, dispatched, about);
    if (!this.queuing) {
      if (!this.hasRoom(seats)) return 'concurrency-limit';
      this.start(ticket);
      return ticket;
    }
    const queue = this.choose(hand);
    if (this.seatsInUse >= this.limit && queue.waiting.size >= this.queuing.queueLengthLimit) return 'queue-full';
    this.enqueue(ticket, queue);
    this.dispatchAll(ticket);
    return ticket;
  }

  /** A request is over, whether it was served or gave up waiting. Once is enough, and more does no harm. */
  finish(ticket: Ticket): void {
    if (ticket.state === 'over') return;
    this.syncTime();
    if (ticket.state === 'waiting') this.leave(ticket);
    else this.release(ticket);
    ticket.state = 'over';
    this.dispatchAll();
  }

  private enqueue(ticket: Ticket, queue: Queue): void {
    if (queue.isIdle) {
      queue.nextDispatchR = this.currentR;
      this.queues.set(queue.index, queue);
    }
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
    queue.waiting.delete(ticket);
    queue.waitingSeats -= seats;
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
    if (queue.isIdle) this.queues.delete(queue.index);
    else queue.bound();
  }

  /** Virtual time goes the slower the more queues want something. */
  private syncTime(): void {
    const now = this.monotonic();
    const seconds = (now - this.syncedAt) / 1_000;
    this.syncedAt = now;
    const { size } = this.queues;
    if (size === 0 || seconds <= 0) return;
    this.currentR += (seconds * Math.min(this.seatsInUse + this.waitingSeats, this.limit)) / size;
  }

  /** The queue of a hand that has the least work waiting; each flow begins elsewhere each time. */
  private choose(hand: readonly number[]): Queue {
    const offset = this.enqueued % hand.length;
    this.enqueued += 1;
    let best = hand[offset] ?? 0;
    let least = Infinity;
    for (let position = 0; position < hand.length; position += 1) {
      const index = hand[(offset + position) % hand.length] ?? 0;
      const work = this.queues.get(index)?.waitingSeats ?? 0;
      if (work >= least) continue;
      best = index;
      least = work;
      if (work === 0) break;
    }
    return this.queues.get(best) ?? new Queue(best, this.currentR);
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
    const { seats } = ticket;
    queue.waiting.delete(ticket);
    queue.waitingSeats -= seats;
    this.waiting -= 1;
    this.waitingSeats -= seats;
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
    for (const queue of this.queues.values()) {
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
