import type { ApiObject } from '@skiff/apimachinery';
import type {
  CallOptions,
  Client,
  ListOptions,
  ListResult,
  ObjectKey,
  PatchType,
  ServedResources,
  WatchEvent,
  WriteOptions,
} from '@skiff/client';
import { apiVersionOf, type corev1, type Kind, type metav1, type ResourceId } from '@skiff/contracts';
import type { StoredObjects } from './stored-objects';
import { interruptible } from './interruptible';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

/** A call that a test may look at, count, or fail by throwing. */
export interface Call {
  readonly verb: Verb;
  readonly kind: ResourceId<ApiObject>;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  /** Of a watch: from where it follows. */
  readonly resourceVersion: string | undefined;
}

/** A client of the real API server through which a test makes the faults of a network, and sees what is stored. */
export class TestClient implements Client {
  /** Called before each call; throws to fail it. */
  intercept: (call: Call) => void = () => undefined;
  private readonly watches = new Set<(error?: Error) => void>();
  private readonly undiscoverable = new Map<string, string>();

  constructor(
    private readonly client: Client,
    private readonly stored: StoredObjects,
  ) {}

  /** Grows with every write. */
  get version(): number {
    return this.stored.revision;
  }

  /** The object of a kind now, by "namespace/name" or the name alone, without a call. */
  peek<T extends ApiObject>(kind: Kind<T>, key: string): T | undefined {
    return this.stored.get(kind, key);
  }

  /** All objects of a kind, of one namespace if it is given, without a call, in the order in which they were created. */
  peekAll<T extends ApiObject>(kind: Kind<T>, namespace?: string): T[] {
    return this.stored.list(kind, namespace);
  }

  async get<T extends ApiObject>(kind: ResourceId<T>, key: ObjectKey, options?: CallOptions): Promise<T> {
    this.called('get', kind, key);
    return this.client.get(kind, key, options);
  }

  async list<T extends ApiObject>(kind: ResourceId<T>, options: ListOptions = {}): Promise<ListResult<T>> {
    this.called('list', kind, options);
    return this.client.list(kind, options);
  }

  watch<T extends ApiObject>(kind: ResourceId<T>, options: ListOptions = {}): AsyncIterable<WatchEvent<T>> {
    return interruptible(this.watches, options.signal, (signal) => {
      this.called('watch', kind, options);
      return this.client.watch(kind, { ...options, signal });
    });
  }

  async create<T extends ApiObject, R extends ApiObject = T>(
    kind: ResourceId<T>,
    object: T,
    options: WriteOptions = {},
  ): Promise<R> {
    this.called('create', kind, object.metadata, options.subresource);
    return this.client.create<T, R>(kind, object, options);
  }

  async update<T extends ApiObject>(kind: ResourceId<T>, object: T, options: WriteOptions = {}): Promise<T> {
    this.called('update', kind, object.metadata, options.subresource);
    return this.client.update(kind, object, options);
  }

  async patch<T extends ApiObject>(
    kind: ResourceId<T>,
    key: ObjectKey,
    type: PatchType,
    patch: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    this.called('patch', kind, key, options.subresource);
    return this.client.patch(kind, key, type, patch, options);
  }

  async delete<T extends ApiObject>(
    kind: ResourceId<T>,
    key: ObjectKey,
    deleteOptions?: metav1.DeleteOptions,
    options?: CallOptions,
  ): Promise<void> {
    this.called('delete', kind, key);
    return this.client.delete(kind, key, deleteOptions, options);
  }

  async deleteCollection<T extends ApiObject>(
    kind: ResourceId<T>,
    list: ListOptions,
    deleteOptions?: metav1.DeleteOptions,
  ): Promise<void> {
    this.called('delete', kind, list);
    return this.client.deleteCollection(kind, list, deleteOptions);
  }

  async discover(options?: CallOptions): Promise<ServedResources> {
    const { resources, failures } = await this.client.discover(options);
    return {
      resources: resources.filter(({ resource }) => !this.undiscoverable.has(apiVersionOf(resource))),
      failures: new Map([...failures, ...this.undiscoverable]),
    };
  }

  /** From now on the resources of a "group/version" cannot be told, until it is said why no longer. */
  failDiscovery(groupVersion: string, why: string | undefined): void {
    if (why === undefined) this.undiscoverable.delete(groupVersion);
    else this.undiscoverable.set(groupVersion, why);
  }

  bindPods(bindings: corev1.Binding[], options?: CallOptions): Promise<metav1.Status[]> {
    return this.client.bindPods(bindings, options);
  }

  /** Ends the watches that are under way, as a lost connection does; with an error if one is given. */
  breakWatches(error?: Error): void {
    for (const end of [...this.watches]) end(error);
  }

  private called(
    verb: Verb,
    kind: ResourceId<ApiObject>,
    asked: Partial<Pick<Call, 'namespace' | 'name' | 'resourceVersion'>> = {},
    subresource?: string,
  ): void {
    const { namespace, name, resourceVersion } = asked;
    this.intercept({
      verb,
      kind,
      namespace,
      name,
      subresource,
      resourceVersion: verb === 'watch' ? resourceVersion : undefined,
    });
  }
}
