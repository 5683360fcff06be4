import { StatusError, type Clock } from '@skiff/platform';
import { CachedObject } from '../cache/cached-object';
import type { CacheEvent } from '../cache/event-log';
import { tooOld } from '../cache/watch-cache';
import type { ResourceStore } from '../registry/resource-store';
import { readSelection } from '../registry/selection';
import { validateWatchOptions, type ListOptions } from './list-options';
import { parseVersion } from './lists';

export interface WatchOptions extends ListOptions {
  readonly allowWatchBookmarks?: boolean | undefined;
  /** Absent or 0 for as long as the server likes. */
  readonly timeoutSeconds?: number | undefined;
}

export type WatchItem =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: CachedObject; readonly revision: bigint }
  | { readonly type: 'BOOKMARK'; readonly revision: bigint; readonly initialEventsEnd: boolean }
  | { readonly type: 'ERROR'; readonly error: StatusError };

/** Where a watch's events go. */
export interface WatchSink {
  /** Nothing is wrong with what was asked for: what goes wrong from now on is an event. */
  open(): void;
  send(item: WatchItem): void;
  /** Bytes that the peer has not taken yet. */
  backlog(): number;
  end(): void;
}

/** A watcher that is so many bytes behind is cut off, so that it holds up nobody and fills no memory. */
const mostBacklogBytes = 32 << 20;
const bookmarkMilliseconds = 30_000;
const shortestTimeoutSeconds = 1_800;
/** No timer runs longer. */
const longestTimeoutMilliseconds = 2 ** 31 - 1;

/**
 * Streams a resource's changes into a sink until the signal aborts, time is up or the watcher is too slow.
 * Throws, before the sink is opened, for options that cannot be read.
 */
export async function watchObjects(
  resource: ResourceStore,
  namespace: string,
  name: string,
  options: WatchOptions,
  sink: WatchSink,
  clock: Clock,
  random: () => number,
  signal: AbortSignal,
): Promise<void> {
  const { definition } = resource;
  validateWatchOptions(options);
  const selection = readSelection(definition, options.labelSelector, options.fieldSelector);
  const prefix = namespace ? `${definition.storagePrefix}${namespace}/` : definition.storagePrefix;
  const oneKey = name ? resource.key(namespace, name) : undefined;
  const inScope = (cached: CachedObject): boolean => (oneKey ? cached.key === oneKey : cached.key.startsWith(prefix));
  const selects = (cached: CachedObject | undefined): boolean =>
    cached !== undefined && (selection.matches?.(cached.object) ?? true);
  const anyVersion = !options.resourceVersion || options.resourceVersion === '0';
  const version = anyVersion ? undefined : parseVersion(options.resourceVersion ?? '');
  const sendInitialEvents = options.sendInitialEvents ?? anyVersion;
  const fromNow = anyVersion || sendInitialEvents;
  if (options.resourceVersion === '0') await resource.cache.ready();
  else if (fromNow) await resource.refresh();
  else await resource.cache.ready();
  const { cache } = resource;
  if (signal.aborted) return;
  sink.open();
  await new Promise<void>((resolve) => {
    let ended = false;
    let delivered = 0n;
    const finish = (): void => {
      if (ended) return;
      ended = true;
      unsubscribe();
      timeout.cancel();
      bookmark?.cancel();
      signal.removeEventListener('abort', finish);
      sink.end();
      resolve();
    };
    const fail = (error: StatusError): void => {
      sink.send({ type: 'ERROR', error });
      finish();
    };
    const deliver = (event: CacheEvent): void => {
      if (ended || !inScope(event.current)) return;
      const item = toItem(event, selects);
      if (!item) return;
      sink.send(item);
      delivered = event.revision;
      if (sink.backlog() > mostBacklogBytes) fail(tooOld('the watcher is too slow'));
    };
    let unsubscribe = (): void => undefined;
    const seconds = options.timeoutSeconds || shortestTimeoutSeconds * (1 + random());
    const timeout = clock.after(Math.min(seconds * 1000, longestTimeoutMilliseconds), finish);
    let bookmark: { cancel(): void } | undefined;
    const scheduleBookmark = (): void => {
      bookmark = clock.after(bookmarkMilliseconds, () => {
        if (cache.currentRevision > delivered)
          sink.send({ type: 'BOOKMARK', revision: cache.currentRevision, initialEventsEnd: false });
        scheduleBookmark();
      });
    };
    signal.addEventListener('abort', finish, { once: true });
    try {
      let after = version === undefined || fromNow ? cache.currentRevision : version;
      if (sendInitialEvents) {
        for (const cached of cache.list(prefix))
          if (inScope(cached) && selects(cached))
            sink.send({ type: 'ADDED', object: cached, revision: cached.revision });
        if (options.allowWatchBookmarks)
          sink.send({ type: 'BOOKMARK', revision: cache.currentRevision, initialEventsEnd: true });
        after = cache.currentRevision;
      }
      delivered = after;
      if (options.allowWatchBookmarks) scheduleBookmark();
      unsubscribe = cache.watch(after, { event: deliver, progress: () => undefined, lost: () => fail(tooOld()) });
      if (signal.aborted) finish();
    } catch (error) {
      fail(StatusError.from(error));
    }
  });
}

/** An object that comes to be selected is added for this watcher, one that no longer is, deleted. */
function toItem(event: CacheEvent, selects: (cached: CachedObject | undefined) => boolean): WatchItem | undefined {
  const before = event.type === 'ADDED' ? false : selects(event.previous);
  const now = event.type === 'DELETED' ? false : selects(event.current);
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', object: event.current, revision: event.revision };
  if (!before) return undefined;
  // What it was, with the version of the change that took it away.
  return {
    type: 'DELETED',
    object: event.type === 'DELETED' ? event.current : lastSeen(event),
    revision: event.revision,
  };
}

function lastSeen(event: CacheEvent): CachedObject {
  const { previous, current, revision } = event;
  if (!previous) return current;
  const object = { ...previous.object, metadata: { ...previous.object.metadata, resourceVersion: String(revision) } };
  return new CachedObject(previous.kind, previous.key, object, revision, current.trace);
}
