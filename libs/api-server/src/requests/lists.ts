import type { CachedObject } from '../cache/cached-object';
import { badRequest, tooLargeResourceVersion } from '@skiff/apimachinery';
import { tooOld } from '../cache/watch-cache';
import type { ResourceStore } from '../registry/resource-store';
import { readSelection } from '../registry/selection';
import { parseListVersion } from '../registry/resource-version';
import { decodeToken, encodeToken } from './continue-token';
import { validateListOptions, type ListOptions } from './list-options';
import { decodeRecord } from '../cache/record';
import { readListed } from '../cache/unreadable-entries';
import type { Entry, Store } from '@skiff/storage';
import { CompactedError } from '@skiff/storage';

export interface ListPage {
  readonly items: readonly CachedObject[];
  readonly resourceVersion: bigint;
  readonly continue: string;
  readonly remainingItemCount: number | undefined;
}

/** Reads one page of a resource's objects. */
export async function listObjects(
  resource: ResourceStore,
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
    return listPast(resource, store, prefix, selection.matches, options, exact);
  const revision = await freshEnough(resource, options.resourceVersion);
  const all = resource.cache.list(prefix);
  const { matches } = selection;
  const selected = matches ? all.filter((cached) => matches(cached.object)) : all;
  const shown = revision > resource.cache.currentRevision ? revision : resource.cache.currentRevision;
  const limit = options.resourceVersion === '0' ? 0 : (options.limit ?? 0);
  if (limit <= 0 || selected.length <= limit)
    return { items: selected, resourceVersion: shown, continue: '', remainingItemCount: undefined };
  const items = selected.slice(0, limit);
  const token = encodeToken({ rv: shown, after: items.at(-1)?.key ?? '' });
  return {
    items,
    resourceVersion: shown,
    continue: token,
    remainingItemCount: matches ? undefined : selected.length - limit,
  };
}

async function freshEnough(resource: ResourceStore, resourceVersion: string | undefined): Promise<bigint> {
  if (resourceVersion === '0') {
    await resource.cache.ready();
    return resource.cache.currentRevision;
  }
  return resourceVersion ? reach(resource, parseListVersion(resourceVersion)) : resource.refresh();
}

/** Waits until what is read is the newest there is, and answers its revision. Throws Timeout when `wanted` is newer still. */
export async function reach(resource: ResourceStore, wanted: bigint): Promise<bigint> {
  const newest = await resource.refresh();
  if (wanted > newest) throw tooLargeResourceVersion(String(wanted), String(newest));
  return newest;
}

/** Reads the store as it was at a revision: the pages after the first, and exact reads. */
async function listPast(
  resource: ResourceStore,
  store: Store,
  prefix: string,
  matches: ((object: never) => boolean) | undefined,
  options: ListOptions,
  exact: bigint | undefined,
): Promise<ListPage> {
  const token = options.continue ? decodeToken(options.continue) : undefined;
  if (token && options.resourceVersion && options.resourceVersion !== '0')
    throw badRequest('specifying resource version is not allowed when using continue');
  const revision = token?.rv ?? exact ?? 0n;
  const limit = options.limit ?? 0;
  const decode = ({ key, value, revision }: Entry): CachedObject =>
    decodeRecord(resource.definition.kind, key, value, revision);
  const items: CachedObject[] = [];
  let after = token?.after ?? '';
  for (;;) {
    const page = await listAt(store, {
      prefix,
      revision,
      ...(limit > 0 ? { limit: limit - items.length } : {}),
      ...(after ? { after } : {}),
    });
    for (const entry of page.entries) {
      const cached = readListed(entry, decode);
      if (!matches || matches(cached.object as never)) items.push(cached);
    }
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
