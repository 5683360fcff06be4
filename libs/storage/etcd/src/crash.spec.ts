import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '@skiff/storage';
import { EtcdStore } from './index';
import { EtcdServer } from './testing/etcd-server';

const rounds = 20;
const writerCount = 8;

let server: EtcdServer;
let store: EtcdStore;

beforeAll(async () => {
  server = await EtcdServer.start();
  store = new EtcdStore({ endpoints: [server.endpoint] });
  await store.currentRevision();
});

afterAll(async () => {
  await store.close();
  await server.dispose();
});

/** Writes until the first write fails; what was acknowledged goes into `acknowledged`. */
async function storm(writer: Store, prefix: string, acknowledged: Map<string, bigint>): Promise<void> {
  for (let index = 0; ; index++) {
    const key = `${prefix}-${index}`;
    try {
      const result = await writer.create(key, Buffer.from(key));
      if (result.ok) acknowledged.set(key, result.revision);
    } catch {
      return; // Not acknowledged.
    }
  }
}

it(`kill -9 of etcd in a storm of writes loses none that was acknowledged, and no watch event, ${rounds} times`, async () => {
  const acknowledged = new Map<string, bigint>();
  const seen: { key: string; revision: bigint }[] = [];
  const stop = new AbortController();
  const start = await store.currentRevision();
  const watching = (async () => {
    for await (const { events } of store.watch('/crash/', start, stop.signal)) {
      for (const event of events) if (event.type === 'put') seen.push(event.entry);
    }
  })();
  for (let round = 0; round < rounds; round++) {
    const before = acknowledged.size;
    const storms = Array.from({ length: writerCount }, (_, writer) => {
      const client = new EtcdStore({ endpoints: [server.endpoint], retention: false, timeoutMilliseconds: 2_000 });
      return storm(client, `/crash/${round}-${writer}`, acknowledged).finally(() => client.close());
    });
    while (acknowledged.size === before) await sleep(1);
    await sleep(Math.random() * 60);
    await server.kill();
    server.up();
    await Promise.all(storms);
    await store.currentRevision();
  }
  const { entries } = await store.list({ prefix: '/crash/' });
  const stored = new Map(entries.map((entry) => [entry.key, entry.revision]));
  const revisions = [...stored.values()].sort((a, b) => (a < b ? -1 : 1));
  const lost = [...acknowledged].filter(([key, written]) => stored.get(key) !== written);
  expect(lost).toEqual([]);
  while (seen.length < revisions.length) await sleep(5);
  stop.abort();
  await watching;
  expect(seen.map((entry) => entry.revision)).toEqual(revisions);
}, 60_000);
