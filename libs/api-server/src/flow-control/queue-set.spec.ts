import fc from 'fast-check';
import { deal, hashOf } from './deal';
import type { Ticket } from './queue';
import { QueueSet, type Rejection } from './queue-set';

const about = { schema: 's', distinguisher: 'd' };

/** A level whose time a test moves, and the requests of its flows by their names. */
function level(limit: number, queuing = { queues: 64, handSize: 4, queueLengthLimit: 50 }) {
  let now = 0;
  const queues = new QueueSet(queuing, limit, () => now);
  const served: string[] = [];
  return {
    queues,
    finish: (ticket: Ticket): void => queues.finish(ticket, now),
    served,
    pass: (milliseconds: number) => void (now += milliseconds),
    arrive: (flow: string, seats = 1): Ticket | Rejection => {
      const ticket = queues.arrive(
        {
          about,
          hand: deal(hashOf('s', flow), queuing.queues, queuing.handSize),
          seats,
          dispatched: () => void served.push(flow),
        },
        now,
      );
      if (typeof ticket === 'object' && ticket.state === 'executing') served.push(flow);
      return ticket;
    },
  };
}

const ticketOf = (arrived: Ticket | Rejection): Ticket => {
  if (typeof arrived === 'string') throw new Error(arrived);
  return arrived;
};

/** Those that have their seats now. */
const executing = (tickets: Iterable<Ticket>): Ticket[] => [...tickets].filter(({ state }) => state === 'executing');

describe('A hand', () => {
  it('has as many different cards of the deck as it should, whatever the hash', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.integer({ min: 1, max: 512 }), (hash, deck) => {
        const size = Math.min(deck, 8);
        const hand = deal(hash, deck, size);
        expect(new Set(hand).size).toBe(size);
        expect(hand.every((card) => card >= 0 && card < deck)).toBe(true);
      }),
    );
  });

  it('is spread evenly', () => {
    const counts = new Array<number>(16).fill(0);
    for (let flow = 0; flow < 4_000; flow += 1)
      for (const card of deal(hashOf('s', String(flow)), 16, 4)) counts[card] = (counts[card] ?? 0) + 1;
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1_150);
  });
});

describe('The seats of a level', () => {
  it('go to whoever comes while there are some, and to others when they are given back', () => {
    const { finish, queues, arrive, served } = level(2);
    const [a, b, c] = ['a', 'b', 'c'].map((flow) => ticketOf(arrive(flow)));
    expect([a?.state, b?.state, c?.state]).toEqual(['executing', 'executing', 'waiting']);
    if (a) finish(a);
    expect(served).toEqual(['a', 'b', 'c']);
    expect(queues.seatsInUse).toBe(2);
  });

  it('are shared among flows, however many requests one of them has', () => {
    const { finish, arrive, served, pass } = level(1);
    const flood = Array.from({ length: 40 }, () => ticketOf(arrive('flood')));
    const others = ['one', 'two', 'three'].map((flow) => ticketOf(arrive(flow)));
    const open = new Set([...flood, ...others]);
    for (let step = 0; step < 8; step += 1) {
      pass(3);
      for (const ticket of executing(open)) finish(ticket);
    }
    // Each of the others had to wait for a few requests of the flood, and not for forty.
    expect(
      served
        .slice(0, 9)
        .filter((flow) => flow !== 'flood')
        .sort(),
    ).toEqual(['one', 'three', 'two']);
  });

  it('go to flows in proportion to what they take, whatever that is', () => {
    const { finish, arrive, served, pass } = level(4);
    const open = new Set<Ticket>();
    const want = (flow: string, seats: number): void => void open.add(ticketOf(arrive(flow, seats)));
    for (let index = 0; index < 30; index += 1) {
      want('wide', 4);
      want('narrow', 1);
    }
    for (let step = 0; step < 12; step += 1) {
      pass(10);
      for (const ticket of executing(open)) finish(ticket);
    }
    const wide = served.filter((flow) => flow === 'wide').length;
    const narrow = served.length - wide;
    expect(narrow / wide).toBeGreaterThan(1.5);
  });

  it('are refused to whoever finds the queue full', () => {
    const { arrive } = level(1, { queues: 1, handSize: 1, queueLengthLimit: 2 });
    const all = ['a', 'a', 'a', 'a'].map((flow) => arrive(flow));
    expect(all.slice(0, 3).every((one) => typeof one === 'object')).toBe(true);
    expect(all[3]).toBe('queue-full');
  });

  it('are refused at once where nothing waits', () => {
    const queues = new QueueSet(undefined, 1, () => 0);
    const arrival = { about, hand: [], seats: 1, dispatched: () => undefined };
    const first = ticketOf(queues.arrive(arrival, 0));
    expect(queues.arrive(arrival, 0)).toBe('concurrency-limit');
    queues.finish(first, 0);
    expect(ticketOf(queues.arrive(arrival, 0)).state).toBe('executing');
  });

  it('are waited for by whoever wants more than there are, until nobody else has any', () => {
    const { finish, arrive } = level(2);
    const small = ticketOf(arrive('a'));
    const large = ticketOf(arrive('b', 5));
    expect(large.state).toBe('waiting');
    finish(small);
    expect(large.state).toBe('executing');
    expect(ticketOf(arrive('c')).state).toBe('waiting');
  });

  it('are given to those who wait when there are more', () => {
    const { queues, arrive } = level(1);
    const tickets = ['a', 'b', 'c'].map((flow) => ticketOf(arrive(flow)));
    queues.configure({ queues: 64, handSize: 4, queueLengthLimit: 50 }, 3);
    expect(tickets.map(({ state }) => state)).toEqual(['executing', 'executing', 'executing']);
  });

  it('are never lost, and nobody waits while one is free, whatever comes in which order', () => {
    const step = fc.oneof(
      fc.record({ flow: fc.constantFrom('a', 'b', 'c', 'd', 'e'), seats: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ ends: fc.nat(), twice: fc.boolean() }),
      fc.record({ limit: fc.integer({ min: 1, max: 8 }) }),
      fc.record({ wait: fc.integer({ min: 0, max: 50 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.constantFrom(1, 4, 16), (steps, queueCount) => {
        const queuing = { queues: queueCount, handSize: Math.min(3, queueCount), queueLengthLimit: 5 };
        const { finish, queues, arrive, pass } = level(4, queuing);
        const open: Ticket[] = [];
        let limit = 4;
        const check = (): void => {
          const served = executing(open);
          const waiting = open.filter(({ state }) => state === 'waiting');
          expect(queues.executing).toBe(served.length);
          expect(queues.waiting).toBe(waiting.length);
          expect(queues.seatsInUse).toBe(served.reduce((sum, { seats }) => sum + seats, 0));
          expect(queues.waitingSeats).toBe(waiting.reduce((sum, { seats }) => sum + seats, 0));
          // Somebody is always served.
          if (waiting.length > 0) expect(served.length).toBeGreaterThan(0);
          for (const queue of queues.queues) expect(queue.isIdle).toBe(false);
        };
        for (const one of steps) {
          if ('flow' in one) {
            const ticket = arrive(one.flow, one.seats);
            if (typeof ticket === 'object') open.push(ticket);
          } else if ('ends' in one) {
            const [ticket] = open.splice(one.ends % Math.max(1, open.length), 1);
            if (ticket) finish(ticket);
            if (ticket && one.twice) finish(ticket);
          } else if ('limit' in one) {
            limit = one.limit;
            queues.configure(queuing, limit);
          } else pass(one.wait);
          check();
        }
        while (open.length > 0) {
          const index = open.findIndex(({ state }) => state === 'executing');
          expect(index).toBeGreaterThanOrEqual(0);
          const [ticket] = open.splice(index, 1);
          pass(1);
          if (ticket) finish(ticket);
          check();
        }
        expect([queues.seatsInUse, queues.waiting, queues.queues.length]).toEqual([0, 0, 0]);
      }),
      { numRuns: 400 },
    );
  });

  it('come to everybody in the end, while others never stop asking', () => {
    const { finish, queues, arrive, pass } = level(1, { queues: 8, handSize: 2, queueLengthLimit: 1_000 });
    const patient = ticketOf(arrive('greedy')) && ticketOf(arrive('patient'));
    let rounds = 0;
    const open: Ticket[] = [];
    while (patient.state === 'waiting' && rounds < 1_000) {
      rounds += 1;
      open.push(ticketOf(arrive('greedy')), ticketOf(arrive('greedy')));
      pass(3);
      for (const queue of queues.queues) expect(queue.executing).toBeLessThanOrEqual(1);
      const running = [...open].find(({ state }) => state === 'executing');
      if (running) finish(running);
      else if (queues.executing === 1) break;
    }
    expect(rounds).toBeLessThan(20);
  });
});
