import { eventRevision } from '../events';
import type { Store } from '../store';
import { bytes, collect, put, text, type Check } from './harness';

const writerCount = 16;
const increments = 20;

/** Adds one to the number under a key, by compare-and-swap, as often as it takes. */
async function increment(store: Store, key: string): Promise<void> {
  for (let known = (await store.get(key)).entry; ;) {
    if (known === undefined) throw new Error(`${key} is gone`);
    const result = await store.update(key, bytes(String(Number(text(known.value)) + 1)), known.revision);
    if (result.ok) return;
    known = result.current;
  }
}

export const concurrencyChecks: readonly Check[] = [
  {
    rule: 'of many concurrent creators of a key exactly one wins',
    async run({ store }) {
      const results = await Promise.all(
        Array.from({ length: writerCount }, (_, writer) => store.create('/c/a', bytes(String(writer)))),
      );
      const winners = results.flatMap((result, writer) => (result.ok ? [writer] : []));
      expect(winners).toHaveLength(1);
      expect(text((await store.get('/c/a')).entry?.value ?? bytes(''))).toBe(String(winners[0]));
    },
  },
  {
    rule: 'concurrent compare-and-swap by many writers loses nothing, and a watch sees each step',
    async run({ store }) {
      const start = await put(store, '/c/n', '0');
      await Promise.all(
        Array.from({ length: writerCount }, async () => {
          for (let index = 0; index < increments; index++) await increment(store, '/c/n');
        }),
      );
      const { entry, revision } = await store.get('/c/n');
      expect(text(entry?.value ?? bytes(''))).toBe(String(writerCount * increments));
      const events = await collect(store, '/c/', start, revision);
      const values = events.map((event) => (event.type === 'put' ? Number(text(event.entry.value)) : -1));
      expect(values).toEqual(Array.from({ length: writerCount * increments }, (_, index) => index + 1));
    },
  },
  {
    rule: 'a read after an acknowledged write sees it, whoever reads',
    async run({ store }) {
      await Promise.all(
        Array.from({ length: writerCount }, async (_, writer) => {
          let revision = 0n;
          for (let index = 0; index < increments; index++) {
            revision = await put(store, `/c/${writer}`, String(index), revision);
            const [read, listed, current] = await Promise.all([
              store.get(`/c/${writer}`),
              store.list({ prefix: '/c/' }),
              store.currentRevision(),
            ]);
            expect(read.entry?.revision).toBe(revision);
            expect(listed.entries.find((entry) => entry.key === `/c/${writer}`)?.revision).toBe(revision);
            expect(listed.entries.every((entry) => entry.revision <= listed.revision)).toBe(true);
            expect(current).toBeGreaterThanOrEqual(revision);
          }
        }),
      );
    },
  },
  {
    rule: 'every write has a revision of its own, and watchers agree on their order',
    async run({ store }) {
      const start = await store.currentRevision();
      const revisions = await Promise.all(Array.from({ length: 200 }, (_, index) => put(store, `/c/${index}`, 'v')));
      expect(new Set(revisions).size).toBe(200);
      const end = await store.currentRevision();
      const orders = await Promise.all([collect(store, '/c/', start, end), collect(store, '/c/', start, end)]);
      const sorted = revisions.sort((a, b) => (a < b ? -1 : 1));
      for (const order of orders) expect(order.map(eventRevision)).toEqual(sorted);
    },
  },
];
