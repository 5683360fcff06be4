import { collect, next, text } from '@skiff/storage/suite';
import { Etcd3 } from 'etcd3';
import { EtcdStore } from './index';
import { EtcdServer } from './testing/etcd-server';

let server: EtcdServer;

beforeAll(async () => {
  server = await EtcdServer.start();
});

afterAll(async () => {
  await server.dispose();
});

it('what one API server writes, the watch of another delivers', async () => {
  const [writer, reader] = [
    new EtcdStore({ endpoints: [server.endpoint] }),
    new EtcdStore({ endpoints: [server.endpoint] }),
  ];
  const stop = new AbortController();
  const watch = reader.watch('/a/', await reader.currentRevision(), stop.signal)[Symbol.asyncIterator]();
  const waiting = next(watch, (events) => events.length === 1);
  await writer.create('/a/x', Buffer.from('1'));
  const [event] = await waiting;
  expect(event?.type === 'put' && text(event.entry.value)).toBe('1');
  stop.abort();
  await Promise.all([writer.close(), reader.close()]);
});

it('writes to etcd that are not of the store hold up nobody who waits for a revision', async () => {
  const store = new EtcdStore({ endpoints: [server.endpoint] });
  const stranger = new Etcd3({ hosts: server.endpoint });
  const start = await store.currentRevision();
  const stop = new AbortController();
  const watch = store.watch('/b/', start, stop.signal)[Symbol.asyncIterator]();
  await store.create('/b/x', Buffer.from('1'));
  await next(watch, (events) => events.length === 1);
  await stranger.put('/elsewhere').value('x');
  const current = await store.currentRevision();
  expect(await next(watch, (_, revision) => revision >= current)).toEqual([]);
  stop.abort();
  stranger.close();
  await store.close();
});

it('a watcher that fell behind what is kept in memory catches up from etcd', async () => {
  const store = new EtcdStore({ endpoints: [server.endpoint], windowSize: 10 });
  const start = await store.currentRevision();
  const stop = new AbortController();
  const watch = store.watch('/c/', start, stop.signal)[Symbol.asyncIterator]();
  await store.create('/c/first', Buffer.from('1'));
  const first = await next(watch, (events) => events.length === 1);
  for (let index = 0; index < 50; index++) await store.create(`/c/${index}`, Buffer.from('1'));
  await collect(store, '/c/', start, await store.currentRevision());
  const rest = await next(watch, (events) => first.length + events.length >= 51);
  expect(first.length + rest.length).toBe(51);
  stop.abort();
  await store.close();
});
