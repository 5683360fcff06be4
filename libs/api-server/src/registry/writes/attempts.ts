import { StatusError, type ApiObject } from '@skiff/apimachinery';
import type { CachedObject } from '../../cache/cached-object';
import { notFound } from '../errors';
import { storageKey, type WriteContext, type WriteParts } from './write';

/** Where a version comes from: the cache, which may be behind, or the store, where its form may be stale. */
export interface Source {
  /** To be written again even when nothing changes. */
  readonly stale: boolean;
  /** Whether it is what is stored: what it decides without a write holds only then. */
  isStored(): Promise<boolean>;
}

/** What is changed. */
interface Changed<R> {
  readonly namespace: string;
  readonly name: string;
  /** Makes what is not there; undefined when it is there after all. Default: throws NotFound. */
  absent?(): Promise<R | undefined>;
}

/** Undefined when somebody else was faster, or when a version that may be old decides nothing. */
export type Attempt<T extends ApiObject, R> = (current: CachedObject<T>, source: Source) => Promise<R | undefined>;

/**
 * Attempts a change until it succeeds: first on what the cache shows, which spares a read of the
 * store, then on what is stored. An attempt on the cache's version that fails
 * decides nothing until that is seen to be the stored one.
 */
export async function attemptChange<T extends ApiObject, R>(
  { definition, stored, cache, view, store }: WriteParts<T>,
  changed: Changed<R>,
  { dryRun }: WriteContext,
  attempt: Attempt<T, R>,
): Promise<R> {
  const { namespace, name } = changed;
  const key = storageKey(definition, namespace, name);
  const shown = dryRun ? undefined : cache.get(key);
  if (shown) {
    const cached = shown instanceof Promise ? await shown : shown;
    const isStored = async (): Promise<boolean> => {
      const { entry } = await store.get(key);
      return entry?.revision === cached.revision && !entry.stale;
    };
    const done = await attempt(cached, { stale: false, isStored }).catch(async (error: unknown) => {
      // What the server itself fails of may go better.
      if (error instanceof StatusError && error.code < 500 && (await isStored())) throw error;
      return undefined;
    });
    if (done !== undefined) return done;
  }
  for (;;) {
    const isStored = (): Promise<boolean> => Promise.resolve(true);
    const { entry } = await store.get(key);
    if (!entry) {
      if (!changed.absent) throw notFound(definition.kind, name);
      const made = await changed.absent();
      if (made !== undefined) return made;
      continue;
    }
    const newest = view.of(stored.records.decode(entry));
    const current = newest instanceof Promise ? await newest : newest;
    const done = await attempt(current, { stale: entry.stale ?? false, isStored });
    if (done !== undefined) return done;
  }
}
