import { EventEmitter } from 'node:events';
import { StatusError } from '@skiff/apimachinery';
import { drainEventLoop, FakeClock } from '@skiff/testing';
import fc from 'fast-check';
import { Registry } from 'prom-client';
import type { FlowConfig, Queuing } from '../flow-control/config';
import { dumpQueues, dumpRequests } from '../flow-control/dump';
import { FlowController } from '../flow-control/flow-controller';
import { FlowMetrics } from '../flow-control/metrics';
import type { Handler } from '../request/chain';
import { Departure } from '../request/departure';
import { HeldReply, noInput } from '../request/given-input';
import type { Outcome } from '../request/outcome';
import { Request } from '../request/request';
import { readRequestInfo } from '../request/request-info';
import { flowControl, OverloadError } from './flow-control';

const configOf = (queuing: Queuing | undefined): FlowConfig => ({
  levels: [
    {
      name: 'low',
      uid: 'low-uid',
      isExempt: false,
      shares: 1,
      lendablePercent: 0,
      borrowingLimitPercent: undefined,
      queuing,
    },
  ],
  schemas: [
    {
      name: 'all',
      uid: 'all-uid',
      level: 'low',
      precedence: 1,
      distinguisher: 'ByUser',
      rules: [
        {
          subjects: [{ kind: 'Group', name: '*' }],
          resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
          nonResourceRules: [],
        },
      ],
    },
  ],
});

/** A filter may throw at once. */
const answered = async (handle: Handler, request: Request): Promise<Outcome> => handle(request);

const usual: Queuing = { queues: 64, handSize: 4, queueLengthLimit: 50 };

/** A server with so many seats, whose requests end when a test says so. */
function serve(seats: number, queuing: Queuing | 'none' = usual) {
  const clock = new FakeClock();
  const monotonic = (): number => clock.monotonic();
  const registry = new Registry();
  const controller = new FlowController(seats, monotonic);
  controller.configure(configOf(queuing === 'none' ? undefined : queuing));
  const metrics = new FlowMetrics(registry, controller);
  const ends: (() => void)[] = [];
  const turns: (() => void)[] = [];
  const served: string[] = [];
  const parts = { controller, metrics, clock, countObjects: () => 1_000, waitMilliseconds: 15_000 };
  const handle = flowControl({ ...parts, atTurnsEnd: (action) => void turns.push(action) })((request) => {
    served.push(request.user.name);
    return new Promise<Outcome>((resolve) => ends.push(() => resolve({ type: 'entered' })));
  });
  const ask = (name: string, path = '/api/v1/namespaces/default/pods/p', lasts = false) => {
    const connection = new EventEmitter();
    const request = new Request({
      protocol: 'rest',
      method: 'GET',
      path,
      received: clock.monotonic(),
      info: readRequestInfo('GET', path.split('?')[0] ?? '', new URLSearchParams(path.split('?')[1])),
      lasts,
      departure: new Departure(connection),
      user: { name, uid: '', groups: [], extra: {} },
      input: noInput,
      reply: new HeldReply(),
      newId: () => 'id',
    });
    const outcome = answered(handle, request).then(
      () => 'served',
      (error: unknown) => StatusError.from(error),
    );
    return { request, outcome, leave: () => connection.emit('close') };
  };
  return {
    clock,
    controller,
    served,
    ask,
    level: () => {
      const level = controller.levels.get('low');
      if (!level) throw new Error('it is gone');
      return level;
    },
    /** The first request that is served is over. */
    end: async () => {
      ends.shift()?.();
      await drainEventLoop();
    },
    turn: async () => {
      for (const action of turns.splice(0)) action();
      await drainEventLoop();
    },
    ends,
    metrics: () => registry.metrics(),
  };
}

describe('A request that waits for seats', () => {
  it('gets them when the turn is over in which another gives them back', async () => {
    const server = serve(1);
    server.ask('ann');
    const second = server.ask('bob');
    await server.end();
    expect(server.served).toEqual(['ann']);
    await server.turn();
    expect(server.served).toEqual(['ann', 'bob']);
    await server.end();
    await expect(second.outcome).resolves.toBe('served');
    await server.turn();
    expect([server.level().seatsInUse, server.level().waiting]).toEqual([0, 0]);
  });

  it('is rejected when it has waited for too long, and told when to come again', async () => {
    const server = serve(1);
    server.ask('ann');
    const second = server.ask('bob');
    await server.clock.advance(14_999);
    expect(server.level().waiting).toBe(1);
    await server.clock.advance(1);
    const failure = (await second.outcome) as StatusError;
    expect(failure).toMatchObject({
      code: 429,
      reason: 'TooManyRequests',
      message: 'Too many requests, please try again later.',
      details: { retryAfterSeconds: 1 },
      cause: new OverloadError('time-out'),
    });
    expect(server.level().waiting).toBe(0);
    expect(await server.metrics()).toContain(
      'apiserver_flowcontrol_rejected_requests_total{priority_level="low",flow_schema="all",reason="time-out"} 1',
    );
  });

  it('waits no longer when its client has gone', async () => {
    const server = serve(1);
    server.ask('ann');
    const second = server.ask('bob');
    second.leave();
    expect(await second.outcome).toMatchObject({ cause: new OverloadError('cancelled') });
    await server.end();
    await server.turn();
    expect(server.served).toEqual(['ann']);
    expect(server.level().isIdle).toBe(true);
  });

  it('is rejected at once where its level has no queues, or these are full', async () => {
    const none = serve(1, 'none');
    none.ask('ann');
    expect(await none.ask('bob').outcome).toMatchObject({ cause: new OverloadError('concurrency-limit') });
    const full = serve(1, { queues: 1, handSize: 1, queueLengthLimit: 1 });
    full.ask('ann');
    full.ask('ann');
    expect(await full.ask('ann').outcome).toMatchObject({ cause: new OverloadError('queue-full') });
  });

  it('is shown to whoever looks', async () => {
    const server = serve(1);
    server.ask('ann');
    server.ask('bob');
    expect(dumpQueues(server.controller)).toMatch(/^low, .*\n.*low, /m);
    const [, line] = dumpRequests(server.controller, (at) => at + server.clock.now() - server.clock.monotonic()).split(
      '\n',
    );
    expect(line?.split(/, */)).toEqual([
      ...['low', 'all', expect.stringMatching(/^\d+$/), '0', 'bob', '2026-01-01T00:00:00.000Z', '1', '0', '0s'],
    ]);
  });
});

describe('Seats', () => {
  it('are given back by a watch when it has sent what there was', async () => {
    const server = serve(1);
    const watch = server.ask('ann', '/api/v1/pods?watch=1', true);
    server.ask('bob');
    watch.request.initialized?.();
    await server.turn();
    expect(server.served).toEqual(['ann', 'bob']);
    await server.end();
    await server.turn();
    expect(server.level().executing).toBe(1);
  });

  it('are not taken by what lasts otherwise', () => {
    const server = serve(1);
    for (const name of ['ann', 'bob', 'cyd']) server.ask(name, '/api/v1/namespaces/default/pods/p/exec', true);
    expect(server.served).toHaveLength(3);
    expect(server.level().executing).toBe(0);
  });

  it('are taken by a list as its objects are many, up to a part of those of its level', () => {
    const server = serve(40);
    server.ask('ann', '/api/v1/pods');
    expect(server.level().seatsInUse).toBe(6);
    server.ask('ann', '/api/v1/pods/p');
    expect(server.level().seatsInUse).toBe(7);
  });

  it('go to others as quickly as ever when one floods the server', async () => {
    const server = serve(4);
    for (let index = 0; index < 100; index += 1) server.ask('flood');
    const others = ['ann', 'bob', 'cyd'].map((name) => server.ask(name));
    for (let round = 0; round < 3; round += 1) {
      await server.clock.advance(3);
      while (server.ends.length > 0) await server.end();
      await server.turn();
    }
    // One hundred requests came before each of theirs, of which all but a few had to wait.
    expect(server.served.filter((name) => name !== 'flood').sort()).toEqual(['ann', 'bob', 'cyd']);
    expect(server.served.length).toBeLessThanOrEqual(16);
    while (server.ends.length > 0) {
      await server.end();
      await server.turn();
    }
    await expect(Promise.all(others.map(({ outcome }) => outcome))).resolves.toEqual(['served', 'served', 'served']);
  });

  it('are all free in the end, whoever finishes, leaves or is late, in whatever order', async () => {
    const step = fc.oneof(
      fc.record({ ask: fc.constantFrom('ann', 'bob', 'cyd'), path: fc.constantFrom('/api/v1/pods', '/api/v1/pods/p') }),
      fc.constant({ end: true as const }),
      fc.constant({ turn: true as const }),
      fc.record({ leave: fc.nat() }),
      fc.record({ wait: fc.integer({ min: 1, max: 20_000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 12 }), async (steps, seats) => {
        const server = serve(seats, { queues: 4, handSize: 2, queueLengthLimit: 3 });
        const asked: ReturnType<typeof server.ask>[] = [];
        for (const one of steps) {
          if ('ask' in one) asked.push(server.ask(one.ask, one.path));
          else if ('end' in one) await server.end();
          else if ('turn' in one) await server.turn();
          else if ('wait' in one) await server.clock.advance(one.wait);
          else asked[one.leave % Math.max(1, asked.length)]?.leave();
          expect(server.level().seatsInUse).toBeLessThanOrEqual(Math.max(seats, 10));
        }
        for (let round = 0; round < 100 && !server.level().isIdle; round += 1) {
          while (server.ends.length > 0) await server.end();
          await server.turn();
        }
        await Promise.all(asked.map(({ outcome }) => outcome));
        const { seatsInUse, waiting, waitingSeats, active } = server.level();
        expect([seatsInUse, waiting, waitingSeats, active.length]).toEqual([0, 0, 0, 0]);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
