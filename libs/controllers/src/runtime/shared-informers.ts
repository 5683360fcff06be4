import type { ApiObject } from '@skiff/apimachinery';
import type { Client } from '@skiff/client';
import { Informer, type Indexers } from '@skiff/client-runtime';
import { Kinds, resourceKey, type ResourceId } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';
import type { Cache, Caches } from '../shared/caches';
import { commonIndexers, podIndexers } from '../shared/indexers';

export interface SharedInformersOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A number from 0 to 1; spreads retries. */
  readonly random?: () => number;
}

interface Shared {
  readonly informer: Informer<ApiObject>;
  readonly stop: AbortController;
  /** Whether somebody needs it as long as the controllers run. */
  readonly lasts: boolean;
  listed: Promise<void>;
}

function indexersOf(resource: ResourceId<ApiObject>): Indexers<ApiObject> {
  return resource === Kinds.Pod ? { ...commonIndexers, ...podIndexers } : commonIndexers;
}

/** One informer for each resource that anybody asks for. */
export class SharedInformers implements Caches {
  private readonly shared = new Map<string, Shared>();
  private running: AbortSignal | undefined;

  constructor(private readonly options: SharedInformersOptions) {}

  of<T extends ApiObject>(resource: ResourceId<T>): Cache<T> {
    // The informer under a resource holds objects of that resource.
    return this.sharedOf(resource).informer as unknown as Cache<T>;
  }

  /** Starts every informer asked for so far; one that is asked for later starts at once. */
  start(signal: AbortSignal): void {
    this.running = signal;
    for (const shared of this.shared.values()) follow(shared, signal);
  }

  /** Resolves when a resource's first list has been delivered, or nobody follows it any more; rejects with the signal's reason. */
  listed(resource: ResourceId<ApiObject>): Promise<void> {
    return this.shared.get(resourceKey(resource))?.listed ?? Promise.resolve();
  }

  /** Ends and forgets the informer of a resource that is no longer served, unless it was asked for from the start. */
  drop(resource: ResourceId<ApiObject>): void {
    const shared = this.shared.get(resourceKey(resource));
    if (!shared || shared.lasts) return;
    this.shared.delete(resourceKey(resource));
    shared.stop.abort(new Error(`${resource.plural} are no longer served`));
  }

  /** Kinds whose first list has not been delivered yet. */
  pending(): string[] {
    return [...this.shared.values()]
      .filter(({ informer }) => !informer.hasSynced)
      .map(({ informer }) => informer.resource.kind);
  }

  private sharedOf(resource: ResourceId<ApiObject>): Shared {
    const known = this.shared.get(resourceKey(resource));
    if (known) return known;
    const { client } = this.options;
    const informer = new Informer<ApiObject>(client, resource, { ...this.options, indexers: indexersOf(resource) });
    const stop = new AbortController();
    const shared = { informer, stop, lasts: !this.running, listed: Promise.resolve() };
    this.shared.set(resourceKey(resource), shared);
    if (this.running) follow(shared, this.running);
    return shared;
  }
}

/** Follows a resource until it is dropped, or until the signal aborts. */
function follow(shared: Shared, signal: AbortSignal): void {
  const { informer, stop } = shared;
  const end = (): void => stop.abort(signal.reason);
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  stop.signal.addEventListener('abort', () => signal.removeEventListener('abort', end), { once: true });
  shared.listed = informer.start(stop.signal).catch((error: unknown) => {
    if (signal.aborted) throw error;
  });
  // Whoever waits for it is told; nobody has to.
  shared.listed.catch(() => undefined);
}
