import type { metav1 } from '@skiff/contracts';
import { AdmissionTargets } from '../admission/target';
import type { CachedObject } from '../cache/cached-object';
import type { ApiObject, Resource, Versions } from '@skiff/apimachinery';
import { notFound } from './errors';
import type { StoredResource } from './stored-resource';
import { VersionCache } from './version-cache';
import { VersionView } from './version-view';
import { Creation } from './writes/create';
import { Deletion, type Deleted } from './writes/delete';
import { writeDirectly } from './writes/write-directly';
import { Update, type UpdateRequest } from './writes/update';
import { storageKey, type WriteContext, type WriteParts } from './writes/write';

export type ServedVersionOptions<T extends ApiObject> = Omit<WriteParts<T>, 'cache' | 'view' | 'targets'>;

/** Reads and writes the objects of one resource in one of the versions in which it is served. */
export class ServedVersion<T extends ApiObject = ApiObject> {
  readonly definition: Resource<T>;
  /** What is stored, as this version shows it. */
  readonly cache: VersionCache<T>;
  readonly view: VersionView<T>;
  readonly stored: StoredResource;
  /** What requests for it are about, to admission. */
  readonly targets: AdmissionTargets;
  private readonly parts: WriteParts<T>;
  private readonly creation: Creation<T>;
  private readonly updating: Update<T>;
  private readonly deletion: Deletion<T>;

  constructor(options: ServedVersionOptions<T>) {
    const { definition, stored } = options;
    this.definition = definition;
    this.stored = stored;
    this.view = new VersionView(definition.kind, definition.storage);
    this.cache = new VersionCache(stored.cache, this.view);
    this.targets = new AdmissionTargets(definition);
    this.parts = { ...options, cache: this.cache, view: this.view, targets: this.targets };
    this.creation = new Creation(this.parts);
    this.updating = new Update(this.parts);
    this.deletion = new Deletion(this.parts);
  }

  key(namespace: string, name: string): string {
    return storageKey(this.definition, namespace, name);
  }

  /** The versions in which its resource is served. */
  get versions(): Versions {
    return this.parts.versions();
  }

  /** The kind with nothing but its zero values. */
  get empty(): T {
    return this.creation.emptyObject;
  }

  /** Makes the cache as new as every write acknowledged before, and answers that revision. */
  refresh(): Promise<bigint> {
    return this.stored.refresh();
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
    return writeDirectly(this.parts, namespace, name, change, write);
  }

  /** Deletes an object, or marks it to be deleted; `gone` tells which. */
  delete(namespace: string, name: string, options: metav1.DeleteOptions, write: WriteContext): Promise<Deleted<T>> {
    return this.deletion.run(namespace, name, options, write);
  }

  /** Ends its watches; there will be no more. Requests under way end as they would have. */
  close(): void {
    this.cache.close();
  }
}
