import type { Kind } from '@skiff/contracts';
import { unknownResource, type ApiObject, type Resource, type Versions } from '@skiff/apimachinery';
import type { Clock, Logger } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import { andThen } from '../cache/awaitable';
import { Freshness } from '../cache/freshness';
import { WindowBudget } from '../cache/window-budget';
import type { Admission } from '../admission/chain';
import type { WriteHooks } from './writes/hooks';
import { InstalledResources, type Generation } from './installed-resources';
import { ResourceVersions } from './resource-versions';
import { ServedVersion } from './served-version';
import { StoredResource, type StorageParts } from './stored-resource';

export interface RegistryOptions {
  readonly store: Store;
  /** Makes what every write goes through, once; it reads through this registry. */
  readonly admission: (registry: Registry) => Admission;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  /** What some resources add to being written, by the resource. */
  readonly hooks: ReadonlyMap<Resource, WriteHooks>;
}

/** What the windows of events of all resources may take together. */
const mostWindowBytes = 24 << 20;

/** How long requests may go on with a resource that another one has taken the place of. */
const retireMilliseconds = 5_000;

/**
 * The resources that the server serves, which come and go while it runs. The cache of one is filled when it is first
 * needed.
 */
export class Registry {
  private readonly installed = new InstalledResources();
  private readonly versions = new Map<Resource, ServedVersion>();
  private readonly stored = new Map<string, StoredResource>();
  private readonly successors = new WeakMap<Resource, Resource>();
  /** What those still use whose requests began before something took its place. */
  private readonly retired = new Set<StoredResource>();
  private readonly parts: StorageParts;
  /** What writes go through. */
  readonly admission: Admission;

  /** @param signal ends following the store; what is served stays as it is, for those whose requests have begun. */
  constructor(
    private readonly options: RegistryOptions,
    signal: AbortSignal,
  ) {
    const { store, clock, logger } = options;
    this.parts = { store, clock, logger, freshness: new Freshness(store), budget: new WindowBudget(mostWindowBytes) };
    this.admission = options.admission(this);
    signal.addEventListener('abort', () => this.stop(), { once: true });
  }

  /** What is served now. */
  get generation(): Generation {
    return this.installed.generation;
  }

  get definitions(): readonly Resource[] {
    return this.generation.definitions;
  }

  /**
   * Serves resources for as long as their lifetime does not abort: then their watches end, requests for them find
   * nothing, and what they held is let go of. What is stored stays. Throws a RangeError, and serves none of them, when one is served
   * already, or is stored otherwise than another version of it.
   */
  install(resources: readonly Resource[], lifetime: AbortSignal): void {
    if (lifetime.aborted) return;
    this.installed.add(resources);
    this.admission.replan();
    lifetime.addEventListener('abort', () => this.uninstall(resources), { once: true });
  }

  /**
   * The same in place of others that are served, in one step, so that nobody finds nothing meanwhile: the watches of
   * those end, and requests that have begun with them go on, for some seconds. Their lifetimes are to be forgotten.
   */
  exchange(replaced: readonly Resource[], resources: readonly Resource[], lifetime: AbortSignal): void {
    if (lifetime.aborted) return;
    this.installed.add(resources, replaced);
    this.admission.replan();
    for (const definition of replaced) {
      const successor = resources.find(({ kind }) => kind.version === definition.kind.version);
      if (successor) this.successors.set(definition, successor);
    }
    this.retire(replaced);
    lifetime.addEventListener('abort', () => this.uninstall(resources), { once: true });
  }

  find(group: string, version: string, resource: string): Resource | undefined {
    return this.installed.find(group, version, resource);
  }

  /** A resource that is there for certain. */
  of<T extends ApiObject>(kind: Kind<T>): ServedVersion<T> {
    const definition = this.installed.of(kind);
    if (!definition) throw new RangeError(`${kind.kind} is not served`);
    // The definition was made from this kind.
    return this.storeOf(definition) as unknown as ServedVersion<T>;
  }

  /** Throws NotFound when the resource is served no longer. */
  storeOf(definition: Resource): ServedVersion {
    return this.versions.get(definition) ?? this.serve(this.newest(definition));
  }

  /** What took the place of a resource since its request began. */
  private newest(definition: Resource): Resource {
    let newest = definition;
    for (let next = this.successors.get(newest); next; next = this.successors.get(newest)) newest = next;
    return newest;
  }

  async get<T extends ApiObject>(
    kind: Kind<T>,
    key: { readonly namespace?: string | undefined; readonly name: string },
  ): Promise<T | undefined> {
    const version = this.of(kind);
    await version.cache.ready();
    return (await version.cache.get(version.key(key.namespace ?? '', key.name)))?.object;
  }

  /** The same, at once where the cache is filled. */
  read<T extends ApiObject>(
    kind: Kind<T>,
    key: { readonly namespace?: string | undefined; readonly name: string },
  ): T | undefined | Promise<T | undefined> {
    const version = this.of(kind);
    if (!version.cache.isReady) return this.get(kind, key);
    const cached = version.cache.get(version.key(key.namespace ?? '', key.name));
    return cached && andThen(cached, ({ object }) => object);
  }

  async list<T extends ApiObject>(kind: Kind<T>, namespace?: string): Promise<T[]> {
    const { cache, definition } = this.of(kind);
    await cache.ready();
    const { storagePrefix } = definition;
    const listed = await cache.list(namespace ? `${storagePrefix}${namespace}/` : storagePrefix);
    return listed.map((cached) => cached.object);
  }

  private serve(definition: Resource): ServedVersion {
    const known = this.versions.get(definition);
    if (known) return known;
    if (!this.definitions.includes(definition)) throw unknownResource();
    const { admission } = this;
    const { store, clock, random } = this.options;
    const hooks = this.options.hooks.get(definition) ?? {};
    const stored = this.storageOf(definition);
    const versions = (): Versions =>
      new ResourceVersions(this.definitions.filter(({ storagePrefix }) => storagePrefix === definition.storagePrefix));
    const version = new ServedVersion({ definition, stored, store, admission, hooks, clock, random, versions });
    this.versions.set(definition, version);
    return version;
  }

  private storageOf({ storagePrefix, storage, kind }: Resource): StoredResource {
    let stored = this.stored.get(storagePrefix);
    if (!stored) {
      stored = new StoredResource(storagePrefix, storage?.kinds ?? [kind], this.parts);
      this.stored.set(storagePrefix, stored);
    }
    return stored;
  }

  private uninstall(resources: readonly Resource[]): void {
    this.installed.remove(resources);
    this.admission.replan();
    this.endVersions(resources);
    const prefixes = new Set(this.definitions.map(({ storagePrefix }) => storagePrefix));
    for (const [prefix, stored] of this.stored) {
      if (prefixes.has(prefix)) continue;
      this.stored.delete(prefix);
      stored.close();
    }
  }

  private endVersions(resources: readonly Resource[]): void {
    for (const definition of resources) {
      this.versions.get(definition)?.close();
      this.versions.delete(definition);
    }
  }

  /** Their objects are read anew for those who come from now on. */
  private retire(resources: readonly Resource[]): void {
    this.endVersions(resources);
    for (const prefix of new Set(resources.map(({ storagePrefix }) => storagePrefix))) {
      const stored = this.stored.get(prefix);
      if (!stored) continue;
      this.stored.delete(prefix);
      this.retired.add(stored);
      this.options.clock.after(retireMilliseconds, () => {
        this.retired.delete(stored);
        stored.close();
      });
    }
  }

  private stop(): void {
    for (const stored of [...this.stored.values(), ...this.retired]) stored.stop();
  }
}
