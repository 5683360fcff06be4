import { Kinds } from '@skiff/contracts';
import { conflict } from '@skiff/apimachinery';
import {
  Attribute,
  followContexts,
  silentLogger,
  startTelemetry,
  traceContextOf,
  type Logger,
  type Telemetry,
} from '@skiff/platform';
import { startTestApi } from '@skiff/test-api';
import { configMap, FakeClock } from '@skiff/testing';
import { WorkQueue } from '../queue/work-queue';
import { done, runReconciler, TerminalError, TraceCauses, type Result } from './reconciler';

interface Exported {
  readonly name: string;
  readonly attributes: Record<string, unknown>;
  readonly links: { context: { spanId: string } }[];
  readonly status: { code: number; message?: string };
  spanContext(): { spanId: string; traceId: string };
}

describe('a reconciler', () => {
  const spans: Exported[] = [];
  let telemetry: Telemetry;
  let clock: FakeClock;
  let queue: WorkQueue;
  let causes: TraceCauses;
  let stop: AbortController;
  let running: Promise<void>;

  beforeAll(() => followContexts());
  beforeEach(() => {
    spans.length = 0;
    telemetry = startTelemetry({
      service: 'test',
      exporter: {
        export: (batch, report) => {
          spans.push(...(batch as unknown as Exported[]));
          report({ code: 0 });
        },
        shutdown: () => Promise.resolve(),
      },
    });
    clock = new FakeClock();
    queue = new WorkQueue(clock);
    causes = new TraceCauses();
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort(new Error('over'));
    await running;
    await telemetry.shutdown();
  });

  const run = (reconcile: (key: string) => Promise<Result>, workers = 2, logger: Logger = silentLogger): void => {
    running = runReconciler({
      name: 'widget',
      objectKind: 'Widget',
      queue,
      workers,
      reconcile,
      causes,
      clock,
      logger,
      tracer: telemetry.tracer,
      signal: stop.signal,
    });
  };

  it('warns of what fails, and not of having been overtaken', async () => {
    const said: string[] = [];
    const note = (level: string) => (message: string) => said.push(`${level}: ${message}`);
    const failures = [conflict({ group: '', resource: 'pods' }, 'p'), new Error('broken')];
    const reconcile = (): Promise<Result> => {
      const failure = failures.shift();
      return failure ? Promise.reject(failure) : Promise.resolve(done);
    };
    run(reconcile, 1, { ...silentLogger, info: note('info'), warn: note('warn') });
    queue.add('a');
    await clock.advance(1_000);
    expect(said).toEqual(['info: reconciled anew, the object has changed meanwhile', 'warn: reconcile failed']);
  });

  it('works on several keys at a time, and on one key by one worker', async () => {
    const active = new Map<string, number>();
    let most = 0;
    run(async (key) => {
      const now = (active.get(key) ?? 0) + 1;
      expect(now).toBe(1);
      active.set(key, now);
      most = Math.max(most, [...active.values()].filter(Boolean).length);
      await clock.sleep(10);
      active.set(key, 0);
      return done;
    });
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await clock.advance(5);
    queue.add('a');
    await clock.advance(100);
    expect(most).toBe(2);
  });

  it('tries a key that failed again after a growing wait, until it succeeds', async () => {
    const at: number[] = [];
    run(() => {
      at.push(clock.monotonic());
      return at.length < 4 ? Promise.reject(new Error('not yet')) : Promise.resolve(done);
    });
    queue.add('a');
    await clock.advance(1_000);
    expect(at).toEqual([0, 5, 15, 35]);
    expect(queue.failureCount('a')).toBe(0);
  });

  it('does not try again what another try would only repeat', async () => {
    let tries = 0;
    run(() => {
      tries += 1;
      return Promise.reject(new TerminalError('never'));
    });
    queue.add('a');
    await clock.advance(100_000);
    expect(tries).toBe(1);
  });

  it('comes back when the reconcile asks for it', async () => {
    const at: number[] = [];
    run(() => {
      at.push(clock.monotonic());
      return Promise.resolve(at.length < 3 ? { requeueAfter: 1_000 } : done);
    });
    queue.add('a');
    await clock.advance(10_000);
    expect(at).toEqual([0, 1_000, 2_000]);
  });

  it('is a span linked to the writes that caused it, also when it is tried again, and its own writes carry it', async () => {
    const api = await startTestApi(clock);
    const { client } = api;
    const writer = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
    const seen: unknown[] = [];
    let tries = 0;
    const stopWatch = new AbortController();
    void (async () => {
      const from = { namespace: 'default', resourceVersion: '0', signal: stopWatch.signal };
      for await (const event of client.watch(Kinds.ConfigMap, from))
        if (event.type !== 'BOOKMARK') seen.push(event.trace?.traceparent);
    })();
    run(async () => {
      tries += 1;
      if (tries === 1) throw new Error('not yet');
      await client.create(Kinds.ConfigMap, configMap('made'));
      seen.push(traceContextOf()?.traceparent);
      return done;
    });
    causes.note('default/a', 'widget changed', writer);
    queue.add('default/a');
    await clock.advance(100);
    stopWatch.abort();
    await api.stop();
    await telemetry.shutdown();
    expect(spans.map(({ name, status }) => [name, status.code, status.message])).toEqual([
      ['reconcile widget', 2, 'not yet'],
      ['reconcile widget', 0, undefined],
    ]);
    expect(spans.map(({ links }) => links.map(({ context }) => context.spanId))).toEqual([
      ['b7ad6b7169203331'],
      ['b7ad6b7169203331'],
    ]);
    expect(spans[0]?.attributes).toEqual({
      [Attribute.objectKind]: 'Widget',
      [Attribute.objectNamespace]: 'default',
      [Attribute.objectName]: 'a',
      [Attribute.reason]: 'widget changed',
    });
    const own = spans[1]?.spanContext();
    expect(seen).toEqual([`00-${own?.traceId}-${own?.spanId}-01`, `00-${own?.traceId}-${own?.spanId}-01`]);
  });
});
