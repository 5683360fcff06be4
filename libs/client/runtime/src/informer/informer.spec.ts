import { keyOf } from '@skiff/client';
import { Kinds, type corev1 } from '@skiff/contracts';
import { serviceUnavailable, StatusError } from '@skiff/apimachinery';
import { silentLogger } from '@skiff/platform';
import { startTestApi, type TestApi, type TestClient } from '@skiff/test-api';
import { configMap, eventually, FakeClock } from '@skiff/testing';
import { Informer } from './informer';

describe('an informer', () => {
  let clock: FakeClock;
  let api: TestApi;
  let client: TestClient;
  let stop: AbortController;
  let informer: Informer<corev1.ConfigMap>;
  let told: string[];
  let lists: number;

  const write = (name: string, value = ''): Promise<corev1.ConfigMap> =>
    client.create(Kinds.ConfigMap, configMap(name, { value }));
  const change = (name: string, value: string): Promise<corev1.ConfigMap> =>
    client.patch(Kinds.ConfigMap, { namespace: 'default', name }, 'merge', { data: { value } });
  const remove = (name: string): Promise<void> => client.delete(Kinds.ConfigMap, { namespace: 'default', name });
  /** From now on the server knows nothing of what was before. */
  const compact = (): void => {
    const { version, intercept } = client;
    client.intercept = (call) => {
      intercept(call);
      if (call.verb === 'watch' && Number(call.resourceVersion) < version)
        throw new StatusError(410, 'Expired', 'too old resource version');
    };
  };
  const names = (): string[] => informer.list().map(keyOf).toSorted();

  beforeEach(async () => {
    clock = new FakeClock();
    api = await startTestApi(clock);
    client = api.client;
    for (const { metadata } of client.peekAll(Kinds.ConfigMap))
      await client.delete(Kinds.ConfigMap, { namespace: metadata?.namespace, name: metadata?.name ?? '' });
    lists = 0;
    client.intercept = ({ verb }) => {
      if (verb === 'list') lists += 1;
    };
    stop = new AbortController();
    told = [];
    informer = new Informer(client, Kinds.ConfigMap, {
      clock,
      logger: silentLogger,
      indexers: { value: ({ data }) => [data?.['value'] ?? ''] },
      random: () => 0,
    });
    informer.subscribe({
      added: (object) => told.push(`added ${object.metadata?.name}`),
      updated: (old, object) =>
        told.push(`updated ${object.metadata?.name} ${old.data?.['value']}→${object.data?.['value']}`),
      deleted: (object) => told.push(`deleted ${object.metadata?.name}`),
    });
  });
  afterEach(async () => {
    stop.abort();
    await api.stop();
  });

  it('does not wait for what cannot come any more', async () => {
    client.intercept = ({ verb }) => {
      if (verb === 'list') throw serviceUnavailable('no list');
    };
    const waiting = informer.start(stop.signal);
    stop.abort(new Error('over'));
    await expect(waiting).rejects.toThrow('over');
    await expect(informer.start(stop.signal)).rejects.toThrow('over');
  });

  it('has synced when it has delivered what is there, and follows from then on', async () => {
    await write('a', '1');
    expect(informer.hasSynced).toBe(false);
    await informer.start(stop.signal);
    expect(informer.hasSynced).toBe(true);
    expect(told).toEqual(['added a']);
    await write('b', '1');
    await change('a', '2');
    await remove('b');
    await eventually(() => expect(told).toEqual(['added a', 'added b', 'updated a 1→2', 'deleted b']));
    expect(names()).toEqual(['default/a']);
  });

  it('files objects under what its indexers say, and refiles them when that changes', async () => {
    await write('a', 'x');
    await write('b', 'x');
    await informer.start(stop.signal);
    expect(informer.byIndex('value', 'x').map(keyOf)).toEqual(['default/a', 'default/b']);
    await change('a', 'y');
    await eventually(() => expect(informer.byIndex('value', 'y').map(keyOf)).toEqual(['default/a']));
    expect(informer.byIndex('value', 'x').map(keyOf)).toEqual(['default/b']);
    expect(() => informer.byIndex('colour', 'x')).toThrow('there is no index "colour"');
  });

  it('tells a handler that comes late of what is known', async () => {
    await write('a');
    await informer.start(stop.signal);
    const late: string[] = [];
    const leave = informer.subscribe({ added: (object) => late.push(keyOf(object)) });
    expect(late).toEqual(['default/a']);
    leave();
    await write('b');
    await eventually(() => expect(names()).toHaveLength(2));
    expect(late).toEqual(['default/a']);
  });

  it('resumes after a broken watch without listing again, and misses nothing', async () => {
    await informer.start(stop.signal);
    await write('a', '1');
    await eventually(() => expect(names()).toEqual(['default/a']));
    client.breakWatches(serviceUnavailable('the connection is lost'));
    await write('b');
    await remove('a');
    await clock.advance(1_000);
    await eventually(() => expect(told).toEqual(['added a', 'added b', 'deleted a']));
    expect(lists).toBe(1);
  });

  it('lists again when its version is too old, and tells of what went away meanwhile', async () => {
    await write('a', '1');
    await write('b', '1');
    await informer.start(stop.signal);
    client.breakWatches();
    await remove('a');
    await change('b', '2');
    await write('c');
    compact();
    await clock.advance(2_000);
    await eventually(() => expect(told).toEqual(['added a', 'added b', 'deleted a', 'updated b 1→2', 'added c']));
    expect(lists).toBe(2);
    expect(names()).toEqual(['default/b', 'default/c']);
  });

  it('takes an object that was deleted and made anew for another one', async () => {
    await write('a', '1');
    await informer.start(stop.signal);
    client.breakWatches();
    await remove('a');
    await write('a', '2');
    compact();
    await clock.advance(2_000);
    await eventually(() => expect(told).toEqual(['added a', 'deleted a', 'added a']));
  });

  it('goes on from a bookmark, so that a quiet kind does not fall behind', async () => {
    const watch = client.watch.bind(client);
    client.watch = async function* (kind, options) {
      for await (const event of watch(kind, options)) {
        const { resourceVersion } = event;
        if (event.type === 'ADDED' && event.object.metadata?.name === 'mark')
          yield { type: 'BOOKMARK', resourceVersion };
        else yield event;
      }
    };
    await informer.start(stop.signal);
    await write('mark');
    await clock.advance(0);
    compact();
    client.breakWatches();
    await clock.advance(2_000);
    await write('a');
    await eventually(() => expect(told).toEqual(['added a']));
    expect(lists).toBe(1);
  });

  it('waits longer each time for an API server that fails', async () => {
    let down = true;
    client.intercept = ({ verb }) => {
      if (verb !== 'list') return;
      lists += 1;
      if (down) throw new StatusError(500, 'InternalError', 'broken');
    };
    const started = informer.start(stop.signal);
    await clock.advance(0);
    expect(lists).toBe(1);
    await clock.advance(100);
    expect(lists).toBe(2);
    await clock.advance(199);
    expect(lists).toBe(2);
    await clock.advance(1);
    expect(lists).toBe(3);
    await clock.advance(60_000);
    expect(lists).toBeLessThan(16);
    down = false;
    await clock.advance(10_000);
    await started;
  });

  it('asks again as soon as a lost connection is back, however long it was gone', async () => {
    let back: () => void = () => undefined;
    const reconnected = new Promise<void>((resolve) => (back = resolve));
    Object.assign(client, { reconnected: () => reconnected.then(() => true) });
    let down = true;
    client.intercept = ({ verb }) => {
      if (verb !== 'list') return;
      lists += 1;
      if (down) throw serviceUnavailable('no connection');
    };
    const started = informer.start(stop.signal);
    await clock.advance(3_600_000);
    expect(lists).toBe(1);
    down = false;
    back();
    await started;
    expect(lists).toBe(2);
  });

  it('asks a server twice a second that is there, and says that it cannot', async () => {
    Object.assign(client, { reconnected: () => Promise.resolve(false) });
    client.intercept = ({ verb }) => {
      if (verb !== 'list') return;
      lists += 1;
      throw serviceUnavailable('no store');
    };
    informer.start(stop.signal).catch(() => undefined);
    await clock.advance(60_000);
    expect(lists).toBeGreaterThan(100);
    expect(lists).toBeLessThan(130);
  });

  it('does not ask a server that ends watches at once in a tight loop', async () => {
    await informer.start(stop.signal);
    let ended = 0;
    client.watch = () => {
      ended += 1;
      return (async function* () {
        /* nothing happens, and the watch is over */
      })();
    };
    client.breakWatches();
    await clock.advance(10_000);
    expect(ended).toBeGreaterThan(3);
    expect(ended).toBeLessThan(15);
  });
});
