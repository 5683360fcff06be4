import { CachedObject } from '../cache/cached-object';
import type { CacheEvent } from '../cache/event-log';
import type { WatchItem } from './watch-sink';

/** An object that comes to be selected is added for this watcher, one that no longer is, deleted. */
export function watchItemOf(
  event: CacheEvent,
  selects: (cached: CachedObject | undefined) => boolean,
): WatchItem | undefined {
  const before = event.type === 'ADDED' ? false : selects(event.previous);
  const now = event.type === 'DELETED' ? false : selects(event.current);
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', object: event.current };
  if (!before) return undefined;
  // What it was, with the version of the change that took it away.
  return { type: 'DELETED', object: event.type === 'DELETED' ? event.current : lastSeen(event) };
}

function lastSeen(event: CacheEvent): CachedObject {
  const { previous, current, revision } = event;
  if (!previous) return current;
  const object = { ...previous.object, metadata: { ...previous.object.metadata, resourceVersion: String(revision) } };
  return new CachedObject(previous.kind, previous.key, object, revision, current.trace);
}
