import { Kinds } from '@skiff/contracts';
import { CachedObject } from './cached-object';
import { EventLog, type CacheEvent } from './event-log';
import { WindowBudget } from './window-budget';

const version = (revision: number, bytes: number): CachedObject =>
  new CachedObject(
    Kinds.ConfigMap,
    'a',
    { data: { text: `${revision}`.padEnd(bytes, 'x') } },
    BigInt(revision),
    undefined,
  );

/** A log that follows changes of one object. */
function follow(limits: { events?: number; bytes?: number; recentBytes?: number }, budget = new WindowBudget(1 << 30)) {
  let newest: CachedObject | undefined;
  const log = new EventLog(0n, (cached) => cached === newest, budget, {
    ...{ events: 1000, bytes: 1 << 30, recentBytes: 1 << 30 },
    ...limits,
  });
  const change = (revision: number, bytes: number): CacheEvent => {
    const current = version(revision, bytes);
    const event: CacheEvent = { type: 'MODIFIED', current, previous: newest, revision: current.revision };
    newest = current;
    log.push(event);
    return event;
  };
  return { log, change };
}

const revisions = (events: Iterable<CacheEvent>): number[] => [...events].map(({ revision }) => Number(revision));

describe('the window of events of a resource', () => {
  it('tells every event after a revision', () => {
    const { log, change } = follow({});
    for (const revision of [1, 2, 3, 4]) change(revision, 10);
    expect(revisions(log.after(2n))).toEqual([3, 4]);
    expect(revisions(log.after(0n))).toEqual([1, 2, 3, 4]);
    expect(revisions(log.after(9n))).toEqual([]);
  });

  it('keeps so many events and no more, and says where it begins', () => {
    const { log, change } = follow({ events: 100 });
    for (let revision = 1; revision <= 1000; revision += 1) change(revision, 10);
    expect(log.start).toBe(900n);
    expect(revisions(log.after(900n))).toHaveLength(100);
  });

  it('keeps so many bytes and no more, the version before each change included', () => {
    const { log, change } = follow({ bytes: 10_000_000 });
    for (let revision = 1; revision <= 300; revision += 1) change(revision, 1_000_000);
    expect(log.bytes).toBeLessThanOrEqual(10_000_000);
    expect(revisions(log.after(log.start))).toEqual([297, 298, 299, 300]);
  });

  it('drops an event that is larger than the whole window', () => {
    const { log, change } = follow({ bytes: 1000 });
    change(1, 5000);
    expect(log.bytes).toBe(0);
    expect(log.start).toBe(1n);
  });

  it('keeps the objects and encodings of the newest events, and the messages of the others', () => {
    const { change } = follow({ recentBytes: 10_000 });
    const first = change(1, 1000);
    const { object, json } = first.current;
    for (let revision = 2; revision <= 4; revision += 1) change(revision, 1000);
    expect(first.current.object).toBe(object);
    for (let revision = 5; revision <= 20; revision += 1) change(revision, 1000);
    // Whoever still holds the object shares it; it is read from the message again otherwise.
    expect(first.current.object).toEqual(object);
    expect(first.current.json).toEqual(json);
  });

  it('lets go of what was made of a version that is still the newest, and keeps its object', () => {
    const newest = version(1, 1000);
    const limits = { events: 10, bytes: 1 << 20, recentBytes: 100 };
    const log = new EventLog(0n, (cached) => cached === newest, new WindowBudget(1 << 20), limits);
    const { object, encodings } = newest;
    log.push({ type: 'ADDED', current: newest, previous: undefined, revision: 1n });
    expect(newest.object).toBe(object);
    expect(newest.encodings).not.toBe(encodings);
  });

  it('forgets everything when the cache begins anew', () => {
    const budget = new WindowBudget(1 << 20);
    const { log, change } = follow({}, budget);
    change(1, 10);
    log.reset(7n);
    expect(log.start).toBe(7n);
    expect([log.bytes, budget.bytes]).toEqual([0, 0]);
    change(8, 10);
    expect(revisions(log.after(7n))).toEqual([8]);
  });

  it('shares a budget with the windows of other resources: the largest gives up first', () => {
    const budget = new WindowBudget(100_000);
    const small = follow({}, budget);
    const large = follow({}, budget);
    small.change(1, 1000);
    for (let revision = 2; revision <= 200; revision += 1) large.change(revision, 1000);
    expect(budget.bytes).toBeLessThanOrEqual(100_000);
    expect(budget.bytes).toBe(small.log.bytes + large.log.bytes);
    expect(small.log.start).toBe(0n);
    expect(large.log.start).toBeGreaterThan(100n);
  });
});
