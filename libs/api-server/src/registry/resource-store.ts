import type { metav1 } from '@skiff/contracts';
import type { CachedObject } from '../cache/cached-object';
import type { WatchCache } from '../cache/watch-cache';
import type { ApiObject } from '@skiff/apimachinery';
import { notFound } from './errors';
import type { ResourceDefinition } from './resource-definition';
import { Creation } from './writes/create';
import { Deletion, type Deleted } from './writes/delete';
import { writeDirectly } from './writes/direct';
import { Update, type UpdateRequest } from './writes/update';
import { storageKey, type ResourceStoreOptions, type WriteContext } from './writes/write';

/** Reads and writes the objects of one resource. */
export class ResourceStore<T extends ApiObject = ApiObject> {
  readonly definition: ResourceDefinition<T>;
  private readonly creation: Creation<T>;
  private readonly updating: Update<T>;
  private readonly deletion: Deletion<T>;

  constructor(private readonly options: ResourceStoreOptions<T>) {
    this.definition = options.definition;
    this.creation = new Creation(options);
    this.updating = new Update(options);
    this.deletion = new Deletion(options);
  }

  get cache(): WatchCache<T> {
    return this.options.cache;
  }

  key(namespace: string, name: string): string {
    return storageKey(this.definition, namespace, name);
  }

  /** Makes the cache as new as every write acknowledged before. */
  async refresh(): Promise<bigint> {
    const revision = await this.options.freshness.currentRevision();
    await this.cache.reached(revision);
    return revision;
  }

  /** One object, as new as every write acknowledged before, unless a cached one will do. */
  async get(namespace: string, name: string, cached = false): Promise<CachedObject<T>> {
    if (cached) await this.cache.ready();
    else await this.refresh();
    const found = this.cache.get(this.key(namespace, name));
    if (!found) throw notFound(this.definition.kind, name);
    return found;
  }

  create(object: T, namespace: string, write: WriteContext): Promise<CachedObject<T>> {
    return this.creation.run(object, namespace, write);
  }

  update(request: UpdateRequest<T>, write: WriteContext): Promise<CachedObject<T>> {
    return this.updating.run(request, write);
  }

  /** Stores what the server itself makes of an object; `change` must leave the one that it is given as it is. */
  writeDirectly(
    namespace: string,
    name: string,
    change: (current: T) => T,
    write: WriteContext,
  ): Promise<CachedObject<T>> {
    return writeDirectly(this.options, namespace, name, change, write);
  }

  /** Deletes an object, or marks it to be deleted; `gone` tells which. */
  delete(namespace: string, name: string, options: metav1.DeleteOptions, write: WriteContext): Promise<Deleted<T>> {
    return this.deletion.run(namespace, name, options, write);
  }
}
