import { randomUUID } from 'node:crypto';
import { describeStoreContract, type StoreHarness } from '@skiff/storage/suite';
import { EtcdStore } from './index';
import { EtcdServer } from './testing/etcd-server';

let server: EtcdServer;

beforeAll(async () => {
  server = await EtcdServer.start();
});

afterAll(async () => {
  await server.dispose();
});

async function makeStore(): Promise<StoreHarness> {
  const options = { endpoints: [server.endpoint], root: `/test/${randomUUID()}` };
  let store = new EtcdStore(options);
  await store.currentRevision();
  return {
    store,
    async reopen() {
      await store.close();
      store = new EtcdStore(options);
      return store;
    },
    dispose: () => store.close(),
  };
}

describeStoreContract(makeStore);
