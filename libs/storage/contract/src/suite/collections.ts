import type { Store } from '../store';
import { bytes, plain, put, text, written, type Check } from './harness';

async function fill(store: Store, count: number): Promise<bigint[]> {
  const revisions: bigint[] = [];
  for (let index = 0; index < count; index++) {
    revisions.push(await put(store, `/l/${String(index).padStart(2, '0')}`, `v${index}`));
  }
  return revisions;
}

export const collectionChecks: readonly Check[] = [
  {
    rule: 'list gives the entries of a prefix in byte order, with the revision that was read',
    async run({ store }) {
      for (const key of ['/l/b', '/l/a', '/l0', '/l/é', '/l/a/x', '/k', '/l/Z']) await put(store, key, key);
      const { entries, more, remaining, revision } = await store.list({ prefix: '/l/' });
      expect(entries.map((entry) => entry.key)).toEqual(['/l/Z', '/l/a', '/l/a/x', '/l/b', '/l/é']);
      expect({ more, remaining }).toEqual({ more: false, remaining: 0 });
      expect(revision).toBe(await store.currentRevision());
      expect((await store.list({ prefix: '/none/' })).entries).toEqual([]);
      expect((await store.list({ prefix: '' })).entries).toHaveLength(7);
      expect(await store.list({ prefix: '', limit: 2 })).toMatchObject({ more: true, remaining: 5 });
    },
  },
  {
    rule: 'a key longer than any may be is looked for like others',
    async run({ store }) {
      const long = `/l/${'b'.repeat(10_000)}`;
      for (const key of ['/l/a', '/l/c']) await put(store, key, key);
      expect((await store.get(long)).entry).toBeUndefined();
      expect((await store.list({ prefix: long })).entries).toEqual([]);
      expect((await store.list({ prefix: '/l/', after: long })).entries.map(({ key }) => key)).toEqual(['/l/c']);
      expect(await store.update(long, bytes('x'), 1n)).toMatchObject({ ok: false });
      expect(await store.delete(long, 1n)).toMatchObject({ ok: false });
    },
  },
  {
    rule: 'list in pages says whether and how many entries remain',
    async run({ store }) {
      await fill(store, 7);
      const seen: string[] = [];
      const counts: unknown[] = [];
      for (let after: string | undefined; ;) {
        const page = await store.list({ prefix: '/l/', limit: 3, ...(after === undefined ? {} : { after }) });
        seen.push(...page.entries.map((entry) => text(entry.value)));
        counts.push([page.entries.length, page.more, page.remaining]);
        after = page.entries.at(-1)?.key;
        if (!page.more) break;
      }
      expect(seen).toEqual(['v0', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6']);
      expect(counts).toEqual([
        [3, true, 4],
        [3, true, 1],
        [1, false, 0],
      ]);
      const exact = await store.list({ prefix: '/l/', limit: 7 });
      expect([exact.entries.length, exact.more, exact.remaining]).toEqual([7, false, 0]);
    },
  },
  {
    rule: 'list at a past revision shows the state as it was, page by page',
    async run({ store }) {
      const revisions = await fill(store, 6);
      const at = await store.currentRevision();
      const before = (await store.list({ prefix: '/l/' })).entries.map(plain);
      await put(store, '/l/00', 'changed', revisions[0]);
      const twice = await put(store, '/l/03', 'changed', revisions[3]);
      await put(store, '/l/03', 'again', twice);
      written(await store.delete('/l/01', revisions[1] ?? 0n));
      written(await store.delete('/l/05', revisions[5] ?? 0n));
      await put(store, '/l/05', 'anew');
      await put(store, '/l/02x', 'new');
      await put(store, '/l/99', 'new');
      const whole = await store.list({ prefix: '/l/', revision: at });
      expect(whole.entries.map(plain)).toEqual(before);
      expect(whole.revision).toBe(at);
      const first = await store.list({ prefix: '/l/', revision: at, limit: 2 });
      expect([first.entries.map((entry) => entry.key), first.more, first.remaining]).toEqual([
        ['/l/00', '/l/01'],
        true,
        4,
      ]);
      const second = await store.list({ prefix: '/l/', revision: at, limit: 4, after: '/l/01' });
      expect(second.entries.map(plain)).toEqual(before.slice(2));
      expect([second.more, second.remaining]).toEqual([false, 0]);
      const half = await store.list({ prefix: '/l/', revision: revisions[2] ?? 0n });
      expect(half.entries.map((entry) => entry.key)).toEqual(['/l/00', '/l/01', '/l/02']);
    },
  },
  {
    rule: 'the past is still known after reopening',
    async run({ store, reopen }) {
      const first = await put(store, '/l/a', 'one');
      const second = await put(store, '/l/a', 'two', first);
      written(await store.delete('/l/a', second));
      const again = await reopen();
      const values = async (revision: bigint): Promise<string[]> =>
        (await again.list({ prefix: '/l/', revision })).entries.map((entry) => text(entry.value));
      expect(await values(first)).toEqual(['one']);
      expect(await values(second)).toEqual(['two']);
      expect(await values(await again.currentRevision())).toEqual([]);
    },
  },
];
