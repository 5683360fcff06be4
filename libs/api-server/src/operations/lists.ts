import type { CachedObject } from '../cache/cached-object';
import { badRequest, tooLargeResourceVersion } from '@skiff/apimachinery';
import { tooOld } from '../cache/cache-watcher';
import type { ServedVersion } from '../registry/served-version';
import { readSelection } from '../registry/selection';
import { parseListVersion } from '../registry/resource-version';
import { decodeToken, encodeToken } from './continue-token';
import { validateListOptions, type ListOptions } from './list-options';
import { readListed } from '../cache/unreadable-entries';
import { CompactedError, type Entry, type Store } from '@skiff/storage';

export interface ListPage {
  readonly items: readonly CachedObject[];
  readonly resourceVersion: bigint;
  readonly continue: string;
  readonly remainingItemCount: number | undefined;
}

/** Reads one page of a resource's objects. */
export async function listObjects(
  resource: ServedVersion,
  store: Store,
  namespace: string,
  options: ListOptions,
): Promise<ListPage> {
  const { definition } = resource;
  validateListOptions(options);
  const selection = readSelection(definition, options.labelSelector, options.fieldSelector);
  const prefix = namespace ? `${definition.storagePrefix}${namespace}/` : definition.storagePrefix;
  const exact = options.resourceVersionMatch === 'Exact' ? parseListVersion(options.resourceVersion ?? '') : undefined;
  if (options.continue || exact !== undefined)
    return listPast(resource, store, { prefix, matches: selection.matches, exact }, options);
  const revision = await freshEnough(resource, options.resourceVersion);
  const { matches } = selection;
  const stored = resource.stored.cache.list(prefix);
  const { currentRevision } = resource.cache;
  const resourceVersion = revision > currentRevision ? revision : currentRevision;
  // Without selectors no more is converted than is shown.
  const views = matches ? resource.view.all(stored) : stored;
  const all = views instanceof Promise ? await views : views;
  const selected = matches ? all.filter((cached) => matches(cached.object)) : all;
  const limit = options.resourceVersion === '0' ? 0 : (options.limit ?? 0);
  const isWhole = limit <= 0 || selected.length <= limit;
  const shown = resource.view.all(isWhole ? selected : selected.slice(0, limit));
  const items = shown instanceof Promise ? await shown : shown;
  if (isWhole) return { items, resourceVersion, continue: '', remainingItemCount: undefined };
  const token = encodeToken({ rv: resourceVersion, after: items.at(-1)?.key ?? '' });
  return {
    items,
    resourceVersion,
    continue: token,
    remainingItemCount: matches ? undefined : selected.length - limit,
  };
}

async function freshEnough(resource: ServedVersion, resourceVersion: string | undefined): Promise<bigint> {
  if (resourceVersion === '0') {
    await resource.cache.ready();
    return resource.cache.currentRevision;
  }
  return resourceVersion ? reach(resource, parseListVersion(resourceVersion)) : resource.refresh();
}

/** Waits until what is read is the newest there is, and answers its revision. Throws Timeout when `wanted` is newer still. */
export async function reach(resource: ServedVersion, wanted: bigint): Promise<bigint> {
  const newest = await resource.refresh();
  if (wanted > newest) throw tooLargeResourceVersion(String(wanted), String(newest));
  return newest;
}

/** What is read of the store's past. */
interface PastRange {
  readonly prefix: string;
  readonly matches: ((object: never) => boolean) | undefined;
  /** The revision, where no token says it. */
  readonly exact: bigint | undefined;
}

/** Reads the store as it was at a revision: the pages after the first, and exact reads. */
async function listPast(
  resource: ServedVersion,
  store: Store,
  { prefix, matches, exact }: PastRange,
  options: ListOptions,
): Promise<ListPage> {
  const token = options.continue ? decodeToken(options.continue) : undefined;
  if (token && options.resourceVersion && options.resourceVersion !== '0')
    throw badRequest('specifying resource version is not allowed when using continue');
  const revision = token?.rv ?? exact ?? 0n;
  const limit = options.limit ?? 0;
  const decode = (entry: Entry): CachedObject => resource.stored.records.decode(entry);
  const items: CachedObject[] = [];
  let after = token?.after ?? '';
  for (;;) {
    const page = await listAt(store, {
      prefix,
      revision,
      ...(limit > 0 ? { limit: limit - items.length } : {}),
      ...(after ? { after } : {}),
    });
    const views = resource.view.all(page.entries.map((entry) => readListed(entry, decode)));
    for (const cached of views instanceof Promise ? await views : views)
      if (!matches || matches(cached.object as never)) items.push(cached);
    after = page.entries.at(-1)?.key ?? after;
    if (!page.more) return { items, resourceVersion: revision, continue: '', remainingItemCount: undefined };
    if (limit > 0 && items.length >= limit)
      return {
        items,
        resourceVersion: revision,
        continue: encodeToken({ rv: revision, after }),
        remainingItemCount: matches ? undefined : page.remaining,
      };
  }
}

async function listAt(store: Store, request: Parameters<Store['list']>[0]): ReturnType<Store['list']> {
  try {
    return await store.list(request);
  } catch (error) {
    if (error instanceof CompactedError)
      throw tooOld(
        'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
      );
    const newest = await store.currentRevision();
    if ((request.revision ?? 0n) > newest) throw tooLargeResourceVersion(String(request.revision), String(newest));
    throw error;
  }
}
