import { systemClock } from '@skiff/platform';
import { eventRevision } from '../events';
import { bytes, collect, line, next, put, written, type Check } from './harness';

export const watchChecks: readonly Check[] = [
  {
    rule: 'a watch tells every change after its revision, with the version before it',
    async run({ store }) {
      const first = await put(store, '/o/a', '1');
      const second = await put(store, '/o/a', '2', first);
      await put(store, '/other/a', 'x');
      const third = written(await store.delete('/o/a', second));
      const fourth = await put(store, '/o/a', '3');
      const events = await collect(store, '/o/', first - 1n, fourth);
      expect(events.map(line)).toEqual(['put /o/a=1', 'put /o/a=2 (was 1)', 'delete /o/a (was 2)', 'put /o/a=3']);
      expect(events.map(eventRevision)).toEqual([first, second, third, fourth]);
      expect(events[1]?.previous).toMatchObject({ revision: first, createRevision: first });
      expect(events[2]?.previous).toMatchObject({ revision: second, createRevision: first });
      expect((await collect(store, '/o/', second, fourth)).map(line)).toEqual(['delete /o/a (was 2)', 'put /o/a=3']);
    },
  },
  {
    rule: 'a watch from a list goes on where the list was, with nothing twice or lost',
    async run({ store }) {
      const model = new Map<string, bigint>();
      const writer = (async () => {
        for (let index = 0; index < 100; index++) {
          await put(store, `/o/${index}`, 'v');
          // Else a store that writes at once has written all of it before the list.
          await systemClock.sleep(0);
        }
      })();
      while ((await store.list({ prefix: '/o/' })).entries.length < 20) await systemClock.sleep(0);
      const { entries, revision } = await store.list({ prefix: '/o/' });
      for (const entry of entries) model.set(entry.key, entry.revision);
      await writer;
      for (const event of await collect(store, '/o/', revision, await store.currentRevision())) {
        if (event.type !== 'put') throw new Error('nothing was deleted');
        expect(model.has(event.entry.key)).toBe(false);
        model.set(event.entry.key, event.entry.revision);
      }
      expect(model.size).toBe(100);
    },
  },
  {
    rule: 'a watch delivers what is written while it is open, and its progress when nothing is for it',
    async run({ store }) {
      const stop = new AbortController();
      const start = await store.currentRevision();
      const watch = store.watch('/o/', start, stop.signal)[Symbol.asyncIterator]();
      const waiting = next(watch, (events) => events.length === 1);
      const revision = await put(store, '/o/a', '1');
      expect((await waiting).map(line)).toEqual(['put /o/a=1']);
      await put(store, '/other/a', '1');
      const current = await store.currentRevision();
      expect(await next(watch, (_, reached) => reached >= current)).toEqual([]);
      await put(store, '/o/a', '2', revision);
      expect((await next(watch, (events) => events.length === 1)).map(line)).toEqual(['put /o/a=2 (was 1)']);
      stop.abort();
      expect((await watch.next()).done).toBe(true);
    },
  },
  {
    rule: 'a watch after a revision of the future waits for it',
    async run({ store }) {
      const now = await store.currentRevision();
      const stop = new AbortController();
      const watch = store.watch('/o/', now + 2n, stop.signal)[Symbol.asyncIterator]();
      const waiting = next(watch, (events) => events.length > 0);
      for (const key of ['a', 'b', 'c']) await put(store, `/o/${key}`, key);
      expect((await waiting).map(line)).toEqual(['put /o/c=c']);
      stop.abort();
    },
  },
  {
    rule: 'a watcher that does not read holds up neither writers nor other watchers, and misses nothing',
    async run({ store }) {
      const start = await store.currentRevision();
      const stop = new AbortController();
      const slow = store.watch('/o/', start, stop.signal)[Symbol.asyncIterator]();
      const fast = store.watch('/o/', start, stop.signal)[Symbol.asyncIterator]();
      const early = next(slow, (events) => events.length > 0);
      const all = next(fast, (events) => events.length === 300);
      const writes = Array.from({ length: 300 }, (_, index) => put(store, `/o/${index}`, String(index)));
      await Promise.all(writes);
      expect(await all).toHaveLength(300);
      const first = await early;
      const rest = first.length === 300 ? [] : await next(slow, (events) => first.length + events.length === 300);
      expect(new Set([...first, ...rest].map(eventRevision)).size).toBe(300);
      stop.abort();
    },
  },
  {
    rule: 'watches across reopening see every revision once and in order',
    async run(harness) {
      let { store } = harness;
      const start = await store.currentRevision();
      const seen: bigint[] = [];
      const made: bigint[] = [];
      for (let round = 0; round < 4; round++) {
        const stop = new AbortController();
        const watch = store.watch('/o/', seen.at(-1) ?? start, stop.signal)[Symbol.asyncIterator]();
        const unread = made.length - seen.length;
        const waiting = next(watch, (events) => events.length >= unread + 10);
        for (let index = 0; index < 10; index++) made.push(await put(store, `/o/${round}-${index}`, 'v'));
        seen.push(...(await waiting).map(eventRevision));
        stop.abort();
        for (let index = 0; index < 5; index++) made.push(await put(store, `/o/${round}-late-${index}`, 'v'));
        store = await harness.reopen();
      }
      const last = made.at(-1) ?? start;
      seen.push(...(await collect(store, '/o/', seen.at(-1) ?? start, last)).map(eventRevision));
      expect(seen).toEqual(made);
    },
  },
  {
    rule: 'a watch ends when its signal has already aborted',
    async run({ store }) {
      await store.create('/o/a', bytes('1'));
      const watch = store.watch('/o/', 0n, AbortSignal.abort())[Symbol.asyncIterator]();
      expect((await watch.next()).done).toBe(true);
    },
  },
];
