import { CompactedError, type StoreEvent } from '@skiff/storage';
import { collect, describeStoreContract, next, type StoreHarness } from '@skiff/storage/suite';
import { MemoryData, MemoryStore } from './index';

async function makeStore(): Promise<StoreHarness> {
  const data = new MemoryData();
  let store = new MemoryStore({ data });
  return {
    store,
    async reopen() {
      await store.close();
      store = new MemoryStore({ data });
      return store;
    },
    dispose: () => store.close(),
  };
}

describeStoreContract(makeStore);

describe('the memory store', () => {
  const value = Buffer.alloc(10_000);

  it('keeps no more history than its bytes allow, and says so to those who ask for more', async () => {
    const store = new MemoryStore({ data: new MemoryData({ historyBytes: 200_000 }) });
    const { revision: first } = await store.create('/a', value);
    let last = first;
    for (let index = 0; index < 200; index++) {
      last = (await store.update('/a', value, last)).revision;
    }
    await expect(store.list({ prefix: '/', revision: first })).rejects.toThrow(CompactedError);
    await expect(collect(store, '/', first, last)).rejects.toThrow(CompactedError);
    const kept: StoreEvent[] = await collect(store, '/', last - 4n, last);
    expect(kept).toHaveLength(4);
    expect((await store.list({ prefix: '/', revision: last - 4n })).entries[0]?.revision).toBe(last - 4n);
    await store.close();
  });

  it('ends its watches when it closes, and takes no further calls', async () => {
    const store = new MemoryStore();
    const watch = store.watch('/', 0n, new AbortController().signal)[Symbol.asyncIterator]();
    const created = next(watch, (events) => events.length === 1);
    await store.create('/a', value);
    await created;
    const end = watch.next();
    await store.close();
    expect((await end).done).toBe(true);
    await expect(store.get('/a')).rejects.toThrow('the store is closed');
    await expect(store.create('/b', value)).rejects.toThrow('the store is closed');
  });

  it('tells of the writes of one turn together', async () => {
    const store = new MemoryStore();
    const watch = store.watch('/', 0n, new AbortController().signal)[Symbol.asyncIterator]();
    const batch = watch.next();
    await Promise.all(['/a', '/b', '/c'].map((key) => store.create(key, value)));
    expect((await batch).value).toMatchObject({ events: [{}, {}, {}], revision: 3n });
    await store.close();
  });
});
