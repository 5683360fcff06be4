import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventRevision, type Store, type StoreEvent, type WatchBatch } from '@skiff/storage';
import { storeContract } from '@skiff/storage/suite';
import { EmbeddedStore } from './index';

/** Passes on a watch with its events changed. */
async function* changed(
  watch: AsyncIterable<WatchBatch>,
  change: (events: StoreEvent[]) => StoreEvent[],
): AsyncGenerator<WatchBatch> {
  for await (const { events, revision } of watch) yield { events: change(events), revision };
}

function watching(store: Store, change: (events: StoreEvent[]) => StoreEvent[]): Partial<Store> {
  return { watch: (prefix, after, signal) => changed(store.watch(prefix, after, signal), change) };
}

const mistakes: Record<string, (store: Store) => Partial<Store>> = {
  'overwrites without comparing': (store) => ({
    update: async (key, value) => store.update(key, value, (await store.get(key)).entry?.revision ?? 0n),
  }),
  'deletes without comparing': (store) => ({
    delete: async (key) => store.delete(key, (await store.get(key)).entry?.revision ?? 0n),
  }),
  'acknowledges a write that it did not make': (store) => ({
    create: async (key, value) =>
      key.endsWith('7') ? { ok: true, revision: await store.currentRevision() } : store.create(key, value),
  }),
  'lists the present when asked for the past': (store) => ({
    list: ({ revision: _, ...request }) => store.list(request),
  }),
  'counts what remains wrongly': (store) => ({
    list: async (request) => ({ ...(await store.list(request)), remaining: 0 }),
  }),
  'loses an event of a revision': (store) =>
    watching(store, (events) => events.filter((event) => eventRevision(event) % 7n !== 0n)),
  'delivers an event twice': (store) => watching(store, (events) => [...events, ...events.slice(-1)]),
  'delivers events out of order': (store) => watching(store, (events) => [...events].reverse()),
  'forgets the previous value': (store) =>
    watching(store, (events) =>
      events.map((event) => (event.type === 'put' ? { type: 'put', entry: event.entry } : event)),
    ),
  'starts a watch too late': (store) => ({
    watch: (prefix, after, signal) => store.watch(prefix, after + 1n, signal),
  }),
  'starts a watch too early': (store) => ({
    watch: (prefix, after, signal) => store.watch(prefix, after === 0n ? 0n : after - 1n, signal),
  }),
  'answers from before compaction': () => ({ compact: async () => undefined }),
  'ignores leases': (store) => ({ create: (key, value) => store.create(key, value) }),
};

/** The store with some of its methods replaced. */
function withMistake(store: Store, mistake: (store: Store) => Partial<Store>): Store {
  const wrong = mistake(store);
  return new Proxy(store, {
    get(target, name: keyof Store) {
      const method = wrong[name] ?? target[name];
      return method.bind(target);
    },
  });
}

/** The first rule that a store with the mistake breaks. */
async function brokenRule(mistake: (store: Store) => Partial<Store>): Promise<string | undefined> {
  for (const { rule, run } of storeContract) {
    if (rule.includes('reopening')) continue;
    const directory = await mkdtemp(join(tmpdir(), 'skiff-wrong-'));
    const store = await EmbeddedStore.open({ directory });
    try {
      await run({
        store: withMistake(store, mistake),
        reopen: () => Promise.reject(new Error('not in this test')),
        dispose: () => Promise.resolve(),
      });
    } catch {
      return rule;
    } finally {
      await store.close();
      await rm(directory, { recursive: true });
    }
  }
  return undefined;
}

it('the contract suite passes a store without a mistake', async () => {
  expect(await brokenRule(() => ({}))).toBeUndefined();
});

it.each(Object.entries(mistakes))('the contract suite catches a store that %s', async (_, mistake) => {
  expect(await brokenRule(mistake)).toBeDefined();
});
