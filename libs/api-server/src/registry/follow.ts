import type { ApiObject } from '@skiff/apimachinery';
import type { Kind } from '@skiff/contracts';
import type { Registry } from './registry';

/** Hands every object of a kind that can be read, and every change, to an index; begins anew when the cache had to. */
export async function follow<T extends ApiObject>(
  registry: Registry,
  kind: Kind<T>,
  set: (object: T) => void,
  remove: (object: T) => void,
): Promise<void> {
  const { cache, definition } = registry.of(kind);
  await cache.ready();
  const known = new Map<string, T>();
  const begin = async (): Promise<void> => {
    const revision = cache.currentRevision;
    const present = await cache.listReadable(definition.storagePrefix);
    const keys = new Set(present.map(({ key }) => key));
    for (const [key, object] of known) if (!keys.has(key)) forget(key, object);
    for (const { key, object } of present) learn(key, object);
    cache.watchReadable(revision, {
      event: ({ type, current }) =>
        type === 'DELETED' ? forget(current.key, current.object) : learn(current.key, current.object),
      // What the cache reads anew is there once it has told every watcher.
      end: () => queueMicrotask(() => void begin()),
    });
  };
  const learn = (key: string, object: T): void => {
    known.set(key, object);
    set(object);
  };
  const forget = (key: string, object: T): void => {
    known.delete(key);
    remove(object);
  };
  await begin();
}
