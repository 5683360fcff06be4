import { getEventListeners } from 'node:events';
import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { eventually, type Widget } from '@skiff/testing';
import { isNotServed } from './testing/not-served';
import { Backlogs } from '../operations/backlogs';
import { listObjects } from '../operations/lists';
import type { WatchItem, WatchSink } from '../operations/watch-sink';
import { prepareWatch } from '../operations/watches';
import type { ServedVersion } from './served-version';
import { testRegistry, write, type TestRegistry } from './testing/test-registry';
import { versionedWidgets } from './testing/widgets';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Collects what nobody holds, and what that held in turn. */
async function collectAll(): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
}

/** Sockets, timers and files that are open in this process. */
const handles = (): number => process.getActiveResourcesInfo().length + readdirSync('/proc/self/fd').length;

const objects = 20;
const objectBytes = 20_000;

/** Takes what a watch sends, and knows whether it was ended. */
class Peer implements WatchSink {
  readonly items: WatchItem[] = [];
  isEnded = false;
  open(): void {
    this.items.length = 0;
  }
  send(item: WatchItem): void {
    this.items.push(item);
  }
  backlog(): number {
    return 0;
  }
  drained(): Promise<void> {
    return Promise.resolve();
  }
  end(): void {
    this.isEnded = true;
  }
  abort(): void {
    this.isEnded = true;
  }
}

const later = (answer: Widget): Promise<Widget> => new Promise((resolve) => setImmediate(() => resolve(answer)));

/** Reads until the resource is served no longer. */
async function read(version: ServedVersion, { store }: TestRegistry): Promise<number> {
  for (let count = 0; ; count += 1)
    try {
      await version.get('default', 'w0');
      await listObjects(version, store, 'default', { labelSelector: 'some=label' });
      await new Promise((resolve) => setImmediate(resolve));
    } catch (error) {
      if (isNotServed(error)) return count;
      throw error;
    }
}

/** Serves widgets in two versions while some read, watch and write them, and takes them out meanwhile. */
async function serveForAWhile(test: TestRegistry, backlogs: Backlogs): Promise<WeakRef<object>[]> {
  const { registry, store, clock } = test;
  const life = new AbortController();
  const { v1, v2 } = versionedWidgets(later);
  registry.install([v1, v2], life.signal);
  const versions = [registry.storeOf(v1), registry.storeOf(v2)] as const;
  const open = new AbortController();
  const watch = async (version: ServedVersion, peer: Peer): Promise<void> => {
    const run = await prepareWatch({
      resource: version,
      target: { namespace: '', name: '' },
      options: { allowWatchBookmarks: true },
      parts: { backlogs, clock, random: () => 0 },
    });
    await run(peer, open.signal);
  };
  const peers = versions.flatMap((version) => [
    { version, peer: new Peer() },
    { version, peer: new Peer() },
  ]);
  const watching = peers.map(({ version, peer }) => watch(version, peer));
  const reading = versions.map((version) => read(version, test));
  await versions[0].create({ metadata: { name: 'new' }, data: { size: '1' } } as Widget, 'default', write);
  await versions[1].delete('default', 'new', {}, write);
  await eventually(() => peers.every(({ peer }) => peer.items.length >= objects + 2));
  life.abort();
  await Promise.all(watching);
  for (const count of await Promise.all(reading)) expect(count).toBeGreaterThan(0);
  expect(peers.every(({ peer }) => peer.isEnded)).toBe(true);
  expect(getEventListeners(open.signal, 'abort')).toHaveLength(0);
  expect(getEventListeners(life.signal, 'abort')).toHaveLength(0);
  await store.compact(await store.currentRevision());
  const said = [v1, v1.kind, v1.kind.codec, v1.subresources, v2, v2.kind];
  return [...versions, versions[0].stored, registry.generation, ...said].map((held) => new WeakRef<object>(held));
}

describe('resources that come and go', () => {
  it('leave no memory, watch, timer or file behind, a hundred times under readers and watchers', async () => {
    const test = testRegistry();
    const { registry, store, clock } = test;
    const backlogs = new Backlogs();
    const life = new AbortController();
    const { v1, v2 } = versionedWidgets();
    registry.install([v1, v2], life.signal);
    const data = { count: 'x'.repeat(objectBytes) };
    for (let n = 0; n < objects; n += 1)
      await registry.storeOf(v2).create({ metadata: { name: `w${n}` }, data } as Widget, 'default', write);
    life.abort();
    // What is made once for good is there after some rounds.
    for (let round = 0; round < 10; round += 1) await serveForAWhile(test, backlogs);
    await collectAll();
    const heapBefore = process.memoryUsage().heapUsed;
    const before = handles();
    const held: WeakRef<object>[] = [];
    for (let round = 0; round < 100; round += 1) held.push(...(await serveForAWhile(test, backlogs)));
    await collectAll();
    expect(registry.definitions).toEqual([]);
    expect({ watches: store.openWatches, timers: clock.openTimers }).toEqual({ watches: 0, timers: 0 });
    // Jest has some of its own; a round that leaves one leaves a hundred.
    expect(handles() - before).toBeLessThan(10);
    // The generation of now is the last round's, and is held on to.
    expect(held.filter((one) => one.deref() !== undefined && one.deref() !== registry.generation)).toEqual([]);
    // The caches of two rounds take more.
    expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(2 * objects * objectBytes);
    await test.close();
  }, 120_000);
});
