import type { ApiObject } from '@skiff/apimachinery';
import type { Client } from '@skiff/client';
import { Informer, type Indexers } from '@skiff/client-runtime';
import { Kinds, type Kind } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';
import type { Cache, Caches } from '../shared/context';
import { commonIndexers, podIndexers } from '../shared/indexers';

export interface SharedInformersOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A number from 0 to 1; spreads retries. */
  readonly random?: () => number;
}

function indexersOf(kind: Kind<ApiObject>): Indexers<ApiObject> {
  return kind === Kinds.Pod ? { ...commonIndexers, ...podIndexers } : commonIndexers;
}

/** One informer for each kind that anybody asks for. */
export class SharedInformers implements Caches {
  private readonly informers = new Map<Kind<ApiObject>, Informer<ApiObject>>();

  constructor(private readonly options: SharedInformersOptions) {}

  of<T extends ApiObject>(kind: Kind<T>): Cache<T> {
    let informer = this.informers.get(kind);
    if (!informer) {
      informer = new Informer<ApiObject>(this.options.client, kind, { ...this.options, indexers: indexersOf(kind) });
      this.informers.set(kind, informer);
    }
    // The informer under a kind holds objects of that kind.
    return informer as unknown as Cache<T>;
  }

  /** Starts every informer asked for so far; resolves, for each kind, when its first list has been delivered. */
  start(signal: AbortSignal): ReadonlyMap<Kind<ApiObject>, Promise<void>> {
    return new Map([...this.informers].map(([kind, informer]) => [kind, informer.start(signal)]));
  }

  /** Kinds whose first list has not been delivered yet. */
  pending(): string[] {
    return [...this.informers].filter(([, informer]) => !informer.hasSynced).map(([kind]) => kind.kind);
  }
}
