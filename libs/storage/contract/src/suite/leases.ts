import { LeaseNotFoundError } from '../store';
import { bytes, collect, failure, line, next, put, written, type Check } from './harness';

export const leaseChecks: readonly Check[] = [
  {
    rule: 'revoking a lease deletes what is still attached to it',
    async run({ store }) {
      const lease = await store.grantLease(600);
      const first = written(await store.create('/t/a', bytes('1'), { lease }));
      const moved = written(await store.create('/t/b', bytes('2'), { lease }));
      await put(store, '/t/b', '3', moved);
      await store.keepLeaseAlive(lease);
      await store.revokeLease(lease);
      await store.revokeLease(lease);
      const events = await collect(store, '/t/', first, await store.currentRevision());
      expect(events.map(line)).toEqual(['put /t/b=2', 'put /t/b=3 (was 2)', 'delete /t/a (was 1)']);
    },
  },
  {
    rule: 'a lease that runs out deletes its keys, and watchers learn of it',
    async run({ store }) {
      const lease = await store.grantLease(1);
      const start = written(await store.create('/t/a', bytes('1'), { lease }));
      written(await store.create('/t/b', bytes('2'), { lease }));
      await put(store, '/t/c', '3');
      const stop = new AbortController();
      const watch = store.watch('/t/', start, stop.signal)[Symbol.asyncIterator]();
      const events = await next(watch, (seen) => seen.filter((event) => event.type === 'delete').length === 2);
      stop.abort();
      expect(events.map(line).sort()).toEqual([
        'delete /t/a (was 1)',
        'delete /t/b (was 2)',
        'put /t/b=2',
        'put /t/c=3',
      ]);
      expect((await store.list({ prefix: '/t/' })).entries.map((entry) => entry.key)).toEqual(['/t/c']);
      expect(await failure(store.keepLeaseAlive(lease))).toBeInstanceOf(LeaseNotFoundError);
    },
  },
  {
    rule: 'a write under a lease that is not there fails and writes nothing',
    async run({ store }) {
      const lease = await store.grantLease(600);
      await store.revokeLease(lease);
      expect(await failure(store.create('/t/a', bytes('1'), { lease }))).toBeInstanceOf(LeaseNotFoundError);
      expect((await store.get('/t/a')).entry).toBeUndefined();
    },
  },
  {
    rule: 'leases survive reopening',
    async run(harness) {
      const lease = await harness.store.grantLease(2);
      const revision = written(await harness.store.create('/t/a', bytes('1'), { lease }));
      const store = await harness.reopen();
      expect((await store.get('/t/a')).entry).toBeDefined();
      const stop = new AbortController();
      const watch = store.watch('/t/', revision, stop.signal)[Symbol.asyncIterator]();
      expect((await next(watch, (events) => events.length === 1)).map(line)).toEqual(['delete /t/a (was 1)']);
      stop.abort();
    },
  },
];
