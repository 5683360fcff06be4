import type { CachedObject } from '../cache/cached-object';
import { badRequest, StatusError, tooLargeResourceVersion } from '@skiff/platform';
import { tooOld } from '../cache/watch-cache';
import type { ResourceStore } from '../registry/resource-store';
import { readSelection } from '../registry/selection';
import { validateListOptions, type ListOptions } from './list-options';
import { decodeRecord } from '../cache/cached-object';
import { readListed } from '../cache/unreadable-entries';
import type { Entry, Store } from '@skiff/storage';
import { CompactedError } from '@skiff/storage';

export interface ListPage {
  readonly items: readonly CachedObject[];
  readonly resourceVersion: bigint;
  readonly continue: string;
  readonly remainingItemCount: number | undefined;
}

interface Token {
  /** The revision that all pages show. */
  readonly rv: string;
  /** The last key of the page before. */
  readonly after: string;
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
  const exact = options.resourceVersionMatch === 'Exact' ? parseVersion(options.resourceVersion ?? '') : undefined;
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
  const token = encodeToken({ rv: String(shown), after: items.at(-1)?.key ?? '' });
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
  const newest = await resource.refresh();
  if (!resourceVersion) return newest;
  const wanted = parseVersion(resourceVersion);
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
  const revision = token ? BigInt(token.rv) : (exact ?? 0n);
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
        continue: encodeToken({ rv: String(revision), after }),
        remainingItemCount: matches ? undefined : page.remaining,
      };
  }
}

async function listAt(store: Store, request: Parameters<Store['list']>[0]): ReturnType<Store['list']> {
  try {
    return await store.list(request);
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error;
    throw tooOld(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    );
  }
}

const encodeToken = (token: Token): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', ...token })).toString('base64url');

function decodeToken(text: string): Token {
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString()) as Partial<Token>;
    if (typeof token.rv === 'string' && typeof token.after === 'string') return { rv: token.rv, after: token.after };
  } catch {
    // Not one of ours: told below.
  }
  throw badRequest(`invalid continue token: continue key is not valid: ${whyNoToken(text)}`);
}

/** What Go says of a token that is no JSON in base64. */
function whyNoToken(text: string): string {
  const wrong = text.search(/[^A-Za-z0-9_-]/);
  if (wrong >= 0) return `illegal base64 data at input byte ${wrong}`;
  const [first] = Buffer.from(text, 'base64url').toString('latin1');
  if (first === undefined) return 'unexpected end of JSON input';
  if (first === '{') return 'it names no version and no key';
  return `invalid character '${first}' looking for beginning of value`;
}

/** A resource version as a revision; throws what upstream throws for other text. */
export function parseVersion(text: string): bigint {
  if (text === '' || !/^\d+$/.test(text))
    throw new StatusError(
      500,
      '',
      `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  return BigInt(text);
}
