import { Kinds, type Kind } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import { Freshness } from '../cache/freshness';
import { WatchCache } from '../cache/watch-cache';
import { WindowBudget } from '../cache/window-budget';
import type { AdmissionChain } from '../admission/admission';
import type { ApiObject } from '@skiff/apimachinery';
import type { WriteHooks } from './writes/hooks';
import { defineResource, resourceKey, type ResourceDefinition } from './resource-definition';
import { ResourceStore } from './resource-store';
import type { Validator } from './validator';

export interface RegistryOptions {
  readonly store: Store;
  readonly admission: AdmissionChain;
  readonly validator: Validator;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** What some resources add to being written, by "group/plural". */
  readonly hooks: ReadonlyMap<string, WriteHooks>;
}

/** What the windows of events of all resources may take together. */
const mostWindowBytes = 24 << 20;

/** Every resource that the server serves. Its caches are filled when they are first needed. */
export class Registry {
  readonly definitions: readonly ResourceDefinition[];
  private readonly byKey = new Map<string, ResourceDefinition>();
  private readonly stores = new Map<ResourceDefinition, ResourceStore>();
  private readonly byKind = new Map<unknown, ResourceStore>();
  private readonly freshness: Freshness;
  private readonly windows = new WindowBudget(mostWindowBytes);

  constructor(
    private readonly options: RegistryOptions,
    private readonly signal: AbortSignal,
  ) {
    this.freshness = new Freshness(options.store);
    this.definitions = Object.values(Kinds)
      .filter((kind) => kind.plural !== '' && kind.group !== 'metrics.k8s.io')
      .map((kind) => defineResource(kind as Kind<ApiObject>));
    for (const definition of this.definitions)
      this.byKey.set(resourceKey(definition.kind.group, definition.kind.version, definition.kind.plural), definition);
  }

  find(group: string, version: string, resource: string): ResourceDefinition | undefined {
    return this.byKey.get(resourceKey(group, version, resource));
  }

  /** The store of a resource that is there for certain. */
  of<T extends ApiObject>(kind: Kind<T>): ResourceStore<T> {
    let store = this.byKind.get(kind);
    if (!store) {
      const definition = this.find(kind.group, kind.version, kind.plural);
      if (!definition) throw new RangeError(`${kind.kind} is not served`);
      store = this.storeOf(definition);
      this.byKind.set(kind, store);
    }
    // The definition was made from this kind.
    return store as unknown as ResourceStore<T>;
  }

  storeOf(definition: ResourceDefinition): ResourceStore {
    let store = this.stores.get(definition);
    if (!store) {
      const { options, freshness } = this;
      const { kind, storagePrefix } = definition;
      const cache = new WatchCache(
        {
          ...{ store: options.store, clock: options.clock, logger: options.logger },
          ...{ kind, prefix: storagePrefix, budget: this.windows },
        },
        this.signal,
      );
      store = new ResourceStore({
        definition,
        store: options.store,
        cache,
        freshness,
        admission: options.admission,
        validator: options.validator,
        hooks: options.hooks.get(`${kind.group}/${kind.plural}`) ?? {},
        clock: options.clock,
        random: options.random,
      });
      this.stores.set(definition, store);
    }
    return store;
  }

  async get<T extends ApiObject>(
    kind: Kind<T>,
    key: { readonly namespace?: string | undefined; readonly name: string },
  ): Promise<T | undefined> {
    const store = this.of(kind);
    await store.cache.ready();
    return store.cache.get(store.key(key.namespace ?? '', key.name))?.object;
  }

  /** The same, at once where the cache is filled. */
  read<T extends ApiObject>(
    kind: Kind<T>,
    key: { readonly namespace?: string | undefined; readonly name: string },
  ): T | undefined | Promise<T | undefined> {
    const store = this.of(kind);
    if (!store.cache.isReady) return this.get(kind, key);
    return store.cache.get(store.key(key.namespace ?? '', key.name))?.object;
  }

  async list<T extends ApiObject>(kind: Kind<T>, namespace?: string): Promise<T[]> {
    const store = this.of(kind);
    await store.cache.ready();
    const { storagePrefix } = store.definition;
    return store.cache.list(namespace ? `${storagePrefix}${namespace}/` : storagePrefix).map((cached) => cached.object);
  }
}
