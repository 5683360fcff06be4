import { badRequest } from '@skiff/apimachinery';
import type { CachedObject } from '../cache/cached-object';
import type { ServedVersion } from '../registry/served-version';
import { readSelection } from '../registry/selection';
import { validateWatchOptions } from './list-options';
import { parseVersion } from '../registry/resource-version';
import { ObjectWatch, type WatchOptions, type WatchParts } from './object-watch';
import type { WatchSink } from './watch-sink';

export type { WatchOptions } from './object-watch';
export type { WatchItem, WatchSink } from './watch-sink';

/**
 * Streams a resource's changes into a sink until the signal aborts, time is up or the watcher is too slow.
 * Throws, before the sink is opened, for options that cannot be read.
 */
export async function watchObjects(
  resource: ServedVersion,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  options: WatchOptions,
  sink: WatchSink,
  parts: WatchParts,
  signal: AbortSignal,
): Promise<void> {
  const { definition, cache } = resource;
  validateWatchOptions(options);
  const { matches, name: selected } = readSelection(definition, options.labelSelector, options.fieldSelector);
  // Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/get.go.
  if (name && options.fieldSelector && selected !== name)
    throw badRequest("fieldSelector metadata.name doesn't match requested name");
  const anyVersion = !options.resourceVersion || options.resourceVersion === '0';
  const version = anyVersion ? undefined : parseVersion(options.resourceVersion ?? '');
  const sendInitialEvents = options.sendInitialEvents ?? anyVersion;
  const fromNow = anyVersion || sendInitialEvents;
  if (fromNow && options.resourceVersion !== '0') await resource.refresh();
  else await cache.ready();
  if (signal.aborted) return;
  sink.open();
  const scope = {
    prefix: namespace ? `${definition.storagePrefix}${namespace}/` : definition.storagePrefix,
    key: name ? resource.key(namespace, name) : undefined,
    selects: (cached: CachedObject) => matches?.(cached.object) ?? true,
  };
  const watch = new ObjectWatch(cache, scope, options, sink, parts);
  await watch.run(fromNow ? undefined : version, sendInitialEvents, signal);
}
