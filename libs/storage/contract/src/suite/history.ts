import { CompactedError } from '../store';
import { collect, failure, line, put, text, written, type Check } from './harness';

export const historyChecks: readonly Check[] = [
  {
    rule: 'compaction forgets superseded versions: lists and watches before it throw CompactedError',
    async run({ store }) {
      const first = await put(store, '/h/a', '1');
      const second = await put(store, '/h/a', '2', first);
      const kept = await put(store, '/h/b', 'kept');
      const third = await put(store, '/h/a', '3', second);
      await store.compact(kept);
      expect(await failure(store.list({ prefix: '/h/', revision: first }))).toBeInstanceOf(CompactedError);
      expect(await failure(collect(store, '/h/', first - 1n, third))).toBeInstanceOf(CompactedError);
      const at = await store.list({ prefix: '/h/', revision: kept });
      expect(at.entries.map((entry) => text(entry.value))).toEqual(['2', 'kept']);
      const events = await collect(store, '/h/', kept, third);
      expect(events.map(line)).toEqual(['put /h/a=3 (was 2)']);
      const now = await store.list({ prefix: '/h/' });
      expect(now.entries.map((entry) => text(entry.value))).toEqual(['3', 'kept']);
    },
  },
  {
    rule: 'compaction holds after reopening, and compacting again is harmless',
    async run(harness) {
      const { store } = harness;
      const first = await put(store, '/h/a', '1');
      const second = written(await store.delete('/h/a', first));
      const third = await put(store, '/h/a', '2');
      await store.compact(second);
      await store.compact(second);
      await store.compact(first);
      const again = await harness.reopen();
      expect(await failure(again.list({ prefix: '/h/', revision: first }))).toBeInstanceOf(CompactedError);
      expect(await failure(collect(again, '/h/', first - 1n, third))).toBeInstanceOf(CompactedError);
      expect((await collect(again, '/h/', second, third)).map(line)).toEqual(['put /h/a=2']);
      await again.compact(third);
      const next = await put(again, '/h/a', '3', third);
      expect((await collect(again, '/h/', third, next)).map(line)).toEqual(['put /h/a=3 (was 2)']);
    },
  },
  {
    rule: 'the future can be neither compacted nor read',
    async run({ store }) {
      const current = await store.currentRevision();
      await failure(store.compact(current + 100n));
      await failure(store.list({ prefix: '/h/', revision: current + 100n }));
      await put(store, '/h/a', '1');
    },
  },
];
