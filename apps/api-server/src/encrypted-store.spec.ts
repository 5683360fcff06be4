import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encryptStore, type Transformer } from '@skiff/api-server/encryption';
import { EmbeddedStore } from '@skiff/storage-embedded';
import { describeStoreContract, type StoreHarness } from '@skiff/storage/suite';

/** Reverses values, and holds them to the path that they were written to. */
const transformer: Transformer = {
  toStorage: (value, path) => Buffer.concat([Buffer.from(`${path}:`), Buffer.from(value).reverse()]),
  fromStorage(stored, path) {
    const prefix = Buffer.from(`${path}:`);
    if (!prefix.equals(stored.subarray(0, prefix.length))) throw new Error(`${path} was not written there`);
    return { value: Buffer.from(stored.subarray(prefix.length)).reverse(), stale: false };
  },
};

async function makeStore(): Promise<StoreHarness> {
  const directory = await mkdtemp(join(tmpdir(), 'skiff-encrypted-'));
  const open = async () => encryptStore(await EmbeddedStore.open({ directory }), () => transformer);
  let store = await open();
  return {
    store,
    async reopen() {
      await store.close();
      store = await open();
      return store;
    },
    async dispose() {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
}

describeStoreContract(makeStore);
