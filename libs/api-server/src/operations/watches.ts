import { badRequest } from '@skiff/apimachinery';
import type { CachedObject } from '../cache/cached-object';
import type { ServedVersion } from '../registry/served-version';
import { parseVersion } from '../registry/resource-version';
import { readSelection } from '../registry/selection';
import { validateWatchOptions, type ListOptions } from './list-options';
import { ObjectWatch, type WatchParts } from './object-watch';
import type { WatchSink } from './watch-sink';

export interface WatchRequest {
  readonly resource: ServedVersion;
  /** Which objects: all of an empty namespace, or the one that is named. */
  readonly target: { readonly namespace: string; readonly name: string };
  readonly options: ListOptions;
  readonly parts: WatchParts;
}

/**
 * Streams changes into a sink until the signal aborts, time is up or the watcher is too slow. Calls back when what there
 * was at the beginning has been sent.
 */
export type WatchRun = (sink: WatchSink, signal: AbortSignal, initialized?: () => void) => Promise<void>;

/** Makes a watch of a resource ready. Throws for options that cannot be read. */
export async function prepareWatch({ resource, target, options, parts }: WatchRequest): Promise<WatchRun> {
  const { definition, cache } = resource;
  const { namespace, name } = target;
  validateWatchOptions(options);
  const { matches, name: selected } = readSelection(definition, options.labelSelector, options.fieldSelector);
  // Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/get.go.
  if (name && options.fieldSelector && selected !== name)
    throw badRequest("fieldSelector metadata.name doesn't match requested name");
  const anyVersion = !options.resourceVersion || options.resourceVersion === '0';
  const version = anyVersion ? undefined : parseVersion(options.resourceVersion ?? '');
  const sendsPresent = options.sendInitialEvents ?? anyVersion;
  const fromNow = anyVersion || sendsPresent;
  if (fromNow && options.resourceVersion !== '0') await resource.refresh();
  else await cache.ready();
  const scope = {
    prefix: namespace ? `${definition.storagePrefix}${namespace}/` : definition.storagePrefix,
    key: name ? resource.key(namespace, name) : undefined,
    selects: (cached: CachedObject) => matches?.(cached.object) ?? true,
  };
  return async (sink, signal, initialized) => {
    if (signal.aborted) return;
    sink.open();
    const watch = new ObjectWatch({ cache, scope, options, sink, parts, initialized });
    await watch.run({ after: fromNow ? undefined : version, sendsPresent }, signal);
  };
}
