import { StatusError, type ApiObject } from '@skiff/apimachinery';
import { Kinds, type Kind } from '@skiff/contracts';
import { requireResource } from '@skiff/resources';
import { eventually, type Widget } from '@skiff/testing';
import { Backlogs } from '../operations/backlogs';
import { listObjects } from '../operations/lists';
import type { WatchItem, WatchSink } from '../operations/watch-sink';
import { prepareWatch } from '../operations/watches';
import type { ServedVersion } from './served-version';
import { RecordingWatcher, testRegistry, write, type TestRegistry } from './testing/test-registry';
import { versionedWidgets } from './testing/widgets';

const always = new AbortController().signal;
const widget = (name: string, data: Record<string, string>): Widget => ({ metadata: { name }, data });
const dataOf = (object: ApiObject): unknown => (object as Widget).data;

/** Answers that are there when a test says so, in the order in which it says so. */
class SlowAnswers {
  private readonly waiting: { readonly answer: Widget; readonly resolve: (answer: Widget) => void }[] = [];
  failure: Error | undefined;

  readonly ask = (answer: Widget): Promise<Widget> =>
    this.failure ? Promise.reject(this.failure) : new Promise((resolve) => this.waiting.push({ answer, resolve }));

  get asked(): number {
    return this.waiting.length;
  }

  /** Answers the newest question first. */
  answerAll(): void {
    for (let next = this.waiting.pop(); next; next = this.waiting.pop()) next.resolve(next.answer);
  }
}

/** Answers whatever is asked while something is under way. */
async function answering<T>(answers: SlowAnswers, running: Promise<T>): Promise<T> {
  let isOver = false;
  const over = running.finally(() => (isOver = true));
  over.catch(() => undefined);
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve));
    answers.answerAll();
  }
  return over;
}

describe('versions of a resource', () => {
  let test: TestRegistry;
  beforeEach(() => {
    test = testRegistry();
  });
  afterEach(() => test.close());

  /** The versions v1, which is converted, and v2, which is stored. */
  function serve(answers?: SlowAnswers): { v1: ServedVersion; v2: ServedVersion } {
    const { v1, v2 } = versionedWidgets(answers?.ask);
    test.registry.install([v1, v2], always);
    return { v1: test.registry.storeOf(v1), v2: test.registry.storeOf(v2) };
  }

  it('share one watch of the store and one decoded object', async () => {
    const { v1, v2 } = serve();
    await v2.create(widget('one', { count: '3' }), 'default', write);
    await Promise.all([v1.refresh(), v2.refresh()]);
    await eventually(() => expect(test.store.openWatches).toBe(1));
    expect(v1.stored).toBe(v2.stored);
    const stored = v2.stored.cache.get(v2.key('default', 'one'));
    expect(await v2.get('default', 'one')).toBe(stored);
    const shown = await v1.get('default', 'one');
    expect(dataOf(shown.object)).toEqual({ size: '3' });
    expect(shown.object.apiVersion).toBe('example.com/v1');
    // Converted and encoded once for all who read it.
    expect(await v1.get('default', 'one')).toBe(shown);
    expect((await v1.get('default', 'one')).json).toBe(shown.json);
  });

  it('show events and HorizontalPodAutoscalers in each of their versions from one cache', async () => {
    const kinds = [Kinds.Event, Kinds.EventsEvent, Kinds.HorizontalPodAutoscaler, Kinds.HorizontalPodAutoscalerV1];
    test.registry.install(
      kinds.map((kind) => requireResource(kind as Kind<ApiObject>)),
      always,
    );
    const [core, events, v2, v1] = [
      test.registry.of(Kinds.Event),
      test.registry.of(Kinds.EventsEvent),
      test.registry.of(Kinds.HorizontalPodAutoscaler),
      test.registry.of(Kinds.HorizontalPodAutoscalerV1),
    ];
    expect(core.stored).toBe(events.stored);
    expect(v1.stored).toBe(v2.stored);
    await Promise.all([core.refresh(), v1.refresh()]);
    await eventually(() => expect(test.store.openWatches).toBe(2));
  });

  it('are not waited for where nothing has to be asked', async () => {
    const { v1, v2 } = serve();
    await v1.create(widget('one', { size: '3' }), 'default', write);
    await v1.refresh();
    for (const version of [v1, v2]) {
      expect(version.cache.get(version.key('default', 'one'))).not.toBeInstanceOf(Promise);
      expect(version.cache.list('')).not.toBeInstanceOf(Promise);
      const watcher = new RecordingWatcher();
      const { revision } = version.cache.watch(0n, watcher);
      expect([watcher.events.length, revision]).toEqual([1, version.cache.currentRevision]);
    }
    // The version that is stored shows what is stored, and no copy of it.
    expect(v2.cache.list('')).toEqual(v2.stored.cache.list(''));
  });

  it('are written in the version that is stored, whichever a writer uses', async () => {
    const answers = new SlowAnswers();
    const { v1, v2 } = serve(answers);
    const created = await answering(answers, v1.create(widget('one', { size: '1' }), 'default', write));
    expect(dataOf(created.object)).toEqual({ size: '1' });
    expect(dataOf((await v2.get('default', 'one')).object)).toEqual({ count: '1' });
    const change = (current: ApiObject): ApiObject => ({ ...current, data: { size: '2' } }) as ApiObject;
    const request = { namespace: 'default', name: 'one', subresource: '', change };
    const updated = await answering(answers, v1.update(request, write));
    expect(updated.object).toMatchObject({ apiVersion: 'example.com/v1', data: { size: '2' } });
    expect(dataOf((await v2.get('default', 'one')).object)).toEqual({ count: '2' });
    const { gone } = await answering(answers, v1.delete('default', 'one', {}, write));
    expect(gone).toBe(true);
  });

  it('are listed in order, and not converted beyond what is shown', async () => {
    const answers = new SlowAnswers();
    const { v1, v2 } = serve(answers);
    for (const name of ['a', 'b', 'c']) await v2.create(widget(name, { count: name }), 'default', write);
    await v2.refresh();
    const listing = listObjects(v1, test.store, 'default', { limit: 2 });
    await eventually(() => expect(answers.asked).toBe(2));
    const page = await answering(answers, listing);
    expect(page.items.map(({ object }) => dataOf(object))).toEqual([{ size: 'a' }, { size: 'b' }]);
    const rest = await answering(
      answers,
      listObjects(v1, test.store, 'default', { limit: 2, continue: page.continue }),
    );
    expect(rest.items.map(({ object }) => dataOf(object))).toEqual([{ size: 'c' }]);
    const selected = listObjects(v1, test.store, 'default', { fieldSelector: 'metadata.name=b' });
    expect((await answering(answers, selected)).items.map(({ object }) => dataOf(object))).toEqual([{ size: 'b' }]);
  });

  it('are watched in order, whatever their conversion takes, and never ahead of it', async () => {
    const answers = new SlowAnswers();
    const { v1, v2 } = serve(answers);
    await v1.refresh();
    const watcher = new RecordingWatcher();
    const watch = v1.cache.watch(v1.cache.currentRevision, watcher);
    const began = watch.revision;
    for (const name of ['a', 'b', 'c']) await v2.create(widget(name, { count: name }), 'default', write);
    await v2.refresh();
    expect(watcher.events).toEqual([]);
    expect(watch.revision).toBe(began);
    await eventually(() => {
      answers.answerAll();
      expect(watcher.events).toHaveLength(3);
    });
    expect(watcher.events.map(({ current }) => dataOf(current.object))).toEqual([
      { size: 'a' },
      { size: 'b' },
      { size: 'c' },
    ]);
    expect(watch.revision).toBe(v1.cache.currentRevision);
  });

  it('end a watch of which an object cannot be converted, and convert it when it is asked for again', async () => {
    const answers = new SlowAnswers();
    const { v1, v2 } = serve(answers);
    await v1.refresh();
    const watcher = new RecordingWatcher();
    v1.cache.watch(v1.cache.currentRevision, watcher);
    answers.failure = new StatusError(500, 'InternalError', 'nobody converts it');
    await v2.create(widget('a', { count: '1' }), 'default', write);
    await v2.refresh();
    await eventually(() => expect(watcher.ends).toEqual([answers.failure]));
    await expect(v1.get('default', 'a')).rejects.toThrow('nobody converts it');
    answers.failure = undefined;
    expect(dataOf((await answering(answers, v1.get('default', 'a'))).object)).toEqual({ size: '1' });
  });

  it('have a watcher begin anew whose conversions fall too far behind', async () => {
    const answers = new SlowAnswers();
    const { v1, v2 } = serve(answers);
    await v1.refresh();
    const watcher = new RecordingWatcher();
    v1.cache.watch(v1.cache.currentRevision, watcher);
    for (let n = 0; n < 10; n += 1)
      await v2.create(widget(`w${n}`, { count: 'x'.repeat(1_000_000) }), 'default', write);
    await v2.refresh();
    expect(watcher.ends).toEqual([expect.objectContaining({ code: 410, reason: 'Expired' })]);
    answers.answerAll();
    await v2.refresh();
    expect(watcher.events).toEqual([]);
  });

  it('tell a client in bookmarks of no more than it was sent', async () => {
    const answers = new SlowAnswers();
    const { v1, v2 } = serve(answers);
    const items: WatchItem[] = [];
    const sink: WatchSink = {
      open: () => undefined,
      send: (item) => void items.push(item),
      backlog: () => 0,
      drained: () => Promise.resolve(),
      end: () => undefined,
      abort: () => undefined,
    };
    const parts = { backlogs: new Backlogs(), clock: test.clock, random: () => 0 };
    const closing = new AbortController();
    const options = { allowWatchBookmarks: true };
    const watch = prepareWatch({ resource: v1, target: { namespace: '', name: '' }, options, parts });
    const watching = watch.then((run) => run(sink, closing.signal));
    await eventually(() => expect(items).toHaveLength(1));
    const created = await v2.create(widget('a', { count: '1' }), 'default', write);
    await v2.refresh();
    await test.clock.advance(31_000);
    expect(items).toHaveLength(1);
    await eventually(() => {
      answers.answerAll();
      expect(items).toHaveLength(2);
    });
    await v2.delete('default', 'a', {}, write);
    closing.abort();
    await watching;
    expect(items.map((item) => item.type)).toEqual(['BOOKMARK', 'ADDED']);
    expect(items[1]).toMatchObject({ object: { revision: created.revision } });
  });
});
