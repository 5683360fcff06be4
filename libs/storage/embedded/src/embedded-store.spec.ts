import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStoreContract, type StoreHarness } from '@skiff/storage/suite';
import { EmbeddedStore } from './index';

async function makeStore(): Promise<StoreHarness> {
  const directory = await mkdtemp(join(tmpdir(), 'skiff-embedded-'));
  let store = await EmbeddedStore.open({ directory });
  return {
    store,
    async reopen() {
      await store.close();
      store = await EmbeddedStore.open({ directory });
      return store;
    },
    async dispose() {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
}

describeStoreContract(makeStore);
