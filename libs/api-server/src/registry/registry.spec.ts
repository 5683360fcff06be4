import { getEventListeners } from 'node:events';
import { eventually } from '@skiff/testing';
import { RecordingWatcher, testRegistry, write, type TestRegistry } from './testing/test-registry';
import { versionedWidgets, widgets } from './testing/widgets';

const notServed = expect.objectContaining({
  code: 404,
  message: 'the server could not find the requested resource',
}) as Error;

describe('a registry', () => {
  let test: TestRegistry;
  const lifetime = (): AbortController => new AbortController();
  beforeEach(() => {
    test = testRegistry();
  });
  afterEach(() => test.close());

  it('serves what is installed until its lifetime ends', () => {
    const { registry } = test;
    const life = lifetime();
    const definition = widgets();
    registry.install([definition], life.signal);
    expect(registry.find('example.com', 'v1', 'widgets')).toBe(definition);
    expect(registry.definitions).toEqual([definition]);
    life.abort();
    expect(registry.find('example.com', 'v1', 'widgets')).toBeUndefined();
    expect(registry.definitions).toEqual([]);
    expect(() => registry.storeOf(definition)).toThrow(notServed);
  });

  it('counts generations, and tells who waits for the next', () => {
    const { registry } = test;
    const [empty, life] = [registry.generation, lifetime()];
    registry.install([widgets()], life.signal);
    expect(empty.replaced.aborted).toBe(true);
    const served = registry.generation;
    expect([empty.number, served.number]).toEqual([0, 1]);
    expect(served.replaced.aborted).toBe(false);
    life.abort();
    expect(served.replaced.aborted).toBe(true);
    expect(registry.generation.number).toBe(2);
    expect(served.definitions).toHaveLength(1);
  });

  it('keeps what is derived of group versions in which nothing changes', () => {
    const { registry } = test;
    registry.install([widgets('v1', 'stays.example.com')], lifetime().signal);
    const before = registry.generation.groupVersions.get('stays.example.com/v1');
    registry.install([widgets()], lifetime().signal);
    expect(registry.generation.groupVersions.get('stays.example.com/v1')).toBe(before);
    registry.install([widgets('v1', 'stays.example.com', 'gadgets')], lifetime().signal);
    expect(registry.generation.groupVersions.get('stays.example.com/v1')).not.toBe(before);
  });

  it('installs nothing when one of the resources is served already', () => {
    const { registry } = test;
    registry.install([widgets()], lifetime().signal);
    const before = registry.generation;
    expect(() => registry.install([widgets('v2'), widgets()], lifetime().signal)).toThrow(
      new RangeError('example.com/v1/widgets is served already'),
    );
    expect(registry.generation).toBe(before);
    expect(registry.find('example.com', 'v2', 'widgets')).toBeUndefined();
  });

  it('refuses versions that would be stored beside each other in different forms', () => {
    expect(() => test.registry.install([widgets('v1'), widgets('v2')], lifetime().signal)).toThrow(
      new RangeError('what lies below /registry/example.com/widgets/ is stored in two versions'),
    );
  });

  it('ends the watches of what it takes out, and lets go of the store', async () => {
    const { registry, store } = test;
    const life = lifetime();
    const definition = widgets();
    registry.install([definition], life.signal);
    const version = registry.storeOf(definition);
    await version.create({ metadata: { name: 'one' } }, 'default', write);
    await version.refresh();
    const watcher = new RecordingWatcher();
    version.cache.watch(version.cache.currentRevision, watcher);
    await eventually(() => expect(store.openWatches).toBe(1));
    life.abort();
    expect(watcher.ends).toEqual([undefined]);
    await eventually(() => expect(store.openWatches).toBe(0));
    // Whoever has found it before finds out now.
    await expect(version.get('default', 'one')).rejects.toThrow(notServed);
    expect(() => version.cache.watch(0n, watcher)).toThrow(notServed);
    // What is stored stays, and is there when it is served again.
    registry.install([definition], lifetime().signal);
    expect((await registry.storeOf(definition).get('default', 'one')).object.metadata?.name).toBe('one');
  });

  it('fails who waits for what is taken out', async () => {
    const { registry, store } = test;
    const life = lifetime();
    const definition = widgets();
    registry.install([definition], life.signal);
    const { stored } = registry.storeOf(definition);
    await stored.refresh();
    const waiting = stored.cache.reached((await store.currentRevision()) + 100n);
    life.abort();
    await expect(waiting).rejects.toThrow(notServed);
  });

  it('goes on to serve the other versions of a resource when one is taken out', async () => {
    const { registry, store } = test;
    const { v1, v2 } = versionedWidgets();
    const [old, lasting] = [lifetime(), lifetime()];
    registry.install([v1], old.signal);
    registry.install([v2], lasting.signal);
    const [first, second] = [registry.storeOf(v1), registry.storeOf(v2)];
    await first.refresh();
    const [ended, goesOn] = [new RecordingWatcher(), new RecordingWatcher()];
    first.cache.watch(0n, ended);
    second.cache.watch(0n, goesOn);
    old.abort();
    await second.create({ metadata: { name: 'one' }, data: { count: '1' } } as object, 'default', write);
    await second.refresh();
    expect([ended.ends, ended.events]).toEqual([[undefined], []]);
    expect([goesOn.ends, goesOn.events.length]).toEqual([[], 1]);
    expect(() => first.cache.watch(0n, ended)).toThrow(notServed);
    expect(store.openWatches).toBe(1);
    lasting.abort();
    expect(goesOn.ends).toEqual([undefined]);
  });

  it('holds on to a lifetime only while it lasts', () => {
    const life = lifetime();
    test.registry.install([widgets()], life.signal);
    expect(getEventListeners(life.signal, 'abort')).toHaveLength(1);
    life.abort();
    expect(getEventListeners(life.signal, 'abort')).toHaveLength(0);
  });
});
