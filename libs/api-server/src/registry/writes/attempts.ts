import type { CachedObject } from '../../cache/cached-object';
import { decodeRecord } from '../../cache/cached-object';
import type { ApiObject } from '../../pipeline/admission';
import { notFound } from '../errors';
import { storageKey, type ResourceStoreOptions, type WriteContext } from './write';

/** Undefined when somebody else was faster, or when a version that may be old (`certain` is false) decides nothing. */
export type Attempt<T extends ApiObject, R> = (current: CachedObject<T>, certain: boolean) => Promise<R | undefined>;

/**
 * Attempts a change until it succeeds: first on what the cache shows, which spares a read of the
 * store, then on what is stored. An attempt on the cache's version that fails decides nothing.
 */
export async function attemptChange<T extends ApiObject, R>(
  { definition, cache, store }: ResourceStoreOptions<T>,
  namespace: string,
  name: string,
  { dryRun }: WriteContext,
  attempt: Attempt<T, R>,
): Promise<R> {
  const key = storageKey(definition, namespace, name);
  const cached = dryRun ? undefined : cache.get(key);
  if (cached) {
    const done = await attempt(cached, false).catch(() => undefined);
    if (done !== undefined) return done;
  }
  for (;;) {
    const { entry } = await store.get(key);
    if (!entry) throw notFound(definition.kind, name);
    const done = await attempt(decodeRecord(definition.kind, key, entry.value, entry.revision), true);
    if (done !== undefined) return done;
  }
}
