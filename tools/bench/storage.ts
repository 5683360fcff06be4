import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '@skiff/storage';
import { EmbeddedStore } from '@skiff/storage-embedded';
import { EtcdStore } from '@skiff/storage-etcd';
import { print } from './support/figure';
import { EtcdServer } from '../../libs/storage/etcd/src/testing/etcd-server';

const writerCount = 256;
const writeCount = 20_000;
const storedValue = Buffer.alloc(1024, 'x');

interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

async function rate(name: string, count: number, work: () => Promise<void>): Promise<Figure> {
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  return { name, value: Math.round(count / seconds), unit: '1/s' };
}

/** Durable writes of many writers at once, then of one alone, then reads. */
async function measure(name: string, store: Store): Promise<Figure[]> {
  const stop = new AbortController();
  const start = await store.currentRevision();
  let delivered = 0;
  const watching = (async () => {
    for await (const { events } of store.watch('/bench/', start, stop.signal)) {
      delivered += events.length;
      if (delivered >= writeCount) return;
    }
  })();
  const create = (key: number): Promise<unknown> => store.create(`/bench/${key}`, storedValue);
  const figures = [
    await rate(`${name}: durable writes of 1 KiB by ${writerCount} writers, watched`, writeCount, async () => {
      let next = 0;
      await Promise.all(
        Array.from({ length: writerCount }, async () => {
          while (next < writeCount) await create(next++);
        }),
      );
      await watching;
    }),
    await rate(`${name}: durable writes by one writer`, 500, async () => {
      for (let index = 0; index < 500; index++) await create(writeCount + index);
    }),
    await rate(`${name}: gets by one reader`, 2000, async () => {
      for (let index = 0; index < 2000; index++) await store.get(`/bench/${index}`);
    }),
    await rate(`${name}: entries listed`, writeCount, async () => {
      await store.list({ prefix: '/bench/' });
    }),
  ];
  stop.abort();
  return figures;
}

async function embedded(): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), 'skiff-bench-'));
  const store = await EmbeddedStore.open({ directory });
  try {
    return await measure('embedded', store);
  } finally {
    await store.close();
    await rm(directory, { recursive: true });
  }
}

async function etcd(): Promise<Figure[]> {
  const server = await EtcdServer.start();
  const store = new EtcdStore({ endpoints: [server.endpoint] });
  try {
    return await measure('etcd', store);
  } finally {
    await store.close();
    await server.dispose();
  }
}

async function main(): Promise<void> {
  const chosen = process.argv.slice(2);
  for (const [name, run] of Object.entries({ embedded, etcd })) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    for (const { name: work, ...figure } of await run()) print({ section: 'storage', work, ...figure });
  }
}

void main();
