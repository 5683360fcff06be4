import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  fieldText,
  matchesFields,
  matchesRequirements,
  messageSchema,
  parseFieldSelector,
  parseLabelSelector,
  conflict,
  invalid,
  StatusError,
  type Json,
  type JsonObject,
  type ApiObject,
} from '@skiff/apimachinery';
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
import { Kinds, type corev1, type metav1, type ResourceId } from '@skiff/contracts';
import { formatTime, type Clock } from '@skiff/platform';
import { FakeDiscovery } from './fake-discovery';
import { FakeStore } from './fake-store';
import { boundTo, isKind, resourceOf } from './rules';

export type Verb = 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete';

/** A call that a test may look at, count, or fail by throwing. */
export interface FakeCall {
  readonly verb: Verb;
  readonly kind: ResourceId<ApiObject>;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/**
 * An API server in memory, as far as controllers can tell: versions and conflicts,
 * generations, status apart from spec, finalizers, graceful deletion of pods, upstream's
 * defaults, patches, selectors and watches. It neither validates nor authorizes.
 */
export class FakeClient implements Client {
  /** Called before each call; throws to fail it. */
  intercept: (call: FakeCall) => void = () => undefined;
  readonly discovery = new FakeDiscovery();
  private readonly store: FakeStore;
  private names = 0;

  constructor(private readonly clock: Clock) {
    this.store = new FakeStore(clock);
  }

  /** Grows with every write. */
  get version(): number {
    return this.store.version;
  }

  /** The objects of a kind now, by "namespace/name", without a call. */
  peek<T extends ApiObject>(kind: ResourceId<T>, key: string): T | undefined {
    return this.store.table(kind).objects.get(key) as T | undefined;
  }

  /** All objects of a kind, without a call. */
  peekAll<T extends ApiObject>(kind: ResourceId<T>): T[] {
    return [...this.store.table(kind).objects.values()] as T[];
  }

  async get<T extends ApiObject>(kind: ResourceId<T>, key: ObjectKey, _options?: CallOptions): Promise<T> {
    this.called('get', kind, key);
    return this.store.existing(kind, key) as T;
  }

  async list<T extends ApiObject>(kind: ResourceId<T>, options: ListOptions = {}): Promise<ListResult<T>> {
    this.called('list', kind, { namespace: options.namespace });
    const items = [...this.store.table(kind).objects.values()].filter((object) => this.selected(object, options));
    return { items: items as T[], metadata: { resourceVersion: String(this.store.version) } };
  }

  async *watch<T extends ApiObject>(kind: ResourceId<T>, options: ListOptions = {}): AsyncIterable<WatchEvent<T>> {
    const changes = this.store
      .table(kind)
      .log.after(Number(options.resourceVersion ?? this.store.version), options.signal);
    for await (const change of changes) {
      if (change.type === 'BOOKMARK' || this.selected(change.object, options)) yield change as WatchEvent<T>;
    }
  }

  async create<T extends ApiObject, R extends ApiObject = T>(
    kind: ResourceId<T>,
    object: T,
    options: WriteOptions = {},
  ): Promise<R> {
    const { namespace, generateName } = object.metadata ?? {};
    const name = object.metadata?.name || (generateName ? `${generateName}${this.suffix()}` : '');
    this.called('create', kind, { namespace, name }, options.subresource);
    if (name === '') {
      const message = 'Required value: name or generateName is required';
      throw invalid(kind, '', [{ reason: 'FieldValueRequired', field: 'metadata.name', message }]);
    }
    if (options.subresource === 'eviction') {
      this.store.remove(Kinds.Pod, this.store.existing(Kinds.Pod, { namespace, name }), {});
      return object as ApiObject as R;
    }
    return this.store.create(kind, object, { namespace, name }) as R;
  }

  async update<T extends ApiObject>(kind: ResourceId<T>, object: T, options: WriteOptions = {}): Promise<T> {
    const { namespace, name = '', uid, resourceVersion } = object.metadata ?? {};
    this.called('update', kind, { namespace, name }, options.subresource);
    const old = this.store.existing(kind, { namespace, name });
    if (uid !== undefined && uid !== old.metadata?.uid)
      throw conflict(resourceOf(kind), name, 'the UID does not match');
    if (resourceVersion && resourceVersion !== old.metadata?.resourceVersion) {
      throw conflict(resourceOf(kind), name);
    }
    return this.store.replace(kind, old, object, options.subresource) as T;
  }

  async patch<T extends ApiObject>(
    kind: ResourceId<T>,
    key: ObjectKey,
    type: PatchType,
    patch: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    this.called('patch', kind, key, options.subresource);
    const old = this.store.existing(kind, key);
    const target = structuredClone(old) as JsonObject;
    const body = structuredClone(patch) as Json;
    const result =
      type === 'json'
        ? applyJsonPatch(target, body)
        : type === 'merge'
          ? applyMergePatch(target, body)
          : applyStrategicMergePatch(target, body as JsonObject, messageSchema(messageOf(kind)));
    const patched = result as ApiObject;
    if (patched.metadata?.uid !== old.metadata?.uid)
      throw conflict(resourceOf(kind), key.name, 'the UID does not match');
    if (patched.metadata?.resourceVersion !== old.metadata?.resourceVersion) {
      throw conflict(resourceOf(kind), key.name);
    }
    return this.store.replace(kind, old, patched, options.subresource) as T;
  }

  async delete<T extends ApiObject>(
    kind: ResourceId<T>,
    key: ObjectKey,
    deleteOptions: metav1.DeleteOptions = {},
  ): Promise<void> {
    this.called('delete', kind, key);
    this.store.remove(kind, this.store.existing(kind, key), deleteOptions);
  }

  async deleteCollection<T extends ApiObject>(
    kind: ResourceId<T>,
    list: ListOptions,
    deleteOptions: metav1.DeleteOptions = {},
  ): Promise<void> {
    this.called('delete', kind, { namespace: list.namespace });
    for (const object of [...this.store.table(kind).objects.values()]) {
      if (this.selected(object, list)) this.store.remove(kind, object, deleteOptions);
    }
  }

  async discover(_options?: CallOptions): Promise<ServedResources> {
    return this.discovery.read();
  }

  async bindPods(bindings: corev1.Binding[]): Promise<metav1.Status[]> {
    return bindings.map(({ metadata, target }) => {
      try {
        const old = this.store.existing(Kinds.Pod, { namespace: metadata?.namespace, name: metadata?.name ?? '' });
        this.store.replace(Kinds.Pod, old, boundTo(old, target?.name ?? '', formatTime(this.clock.now())), 'binding');
        return { status: 'Success', code: 201 };
      } catch (error) {
        return StatusError.from(error).toStatus();
      }
    });
  }

  /** Forgets the history of a kind: a watch from an older version than now is refused with Expired. */
  compact(kind: ResourceId<ApiObject>): void {
    this.store.table(kind).log.compact(this.store.version);
  }

  /** Ends the watches of a kind that are under way, as a lost connection does; with an error if one is given. */
  breakWatches(kind: ResourceId<ApiObject>, error?: Error): void {
    this.store.table(kind).log.interrupt(error);
  }

  /** Sends every watch of a kind a bookmark. */
  bookmark(kind: ResourceId<ApiObject>): void {
    this.store.table(kind).log.bookmark(String(this.store.version));
  }

  private called(
    verb: Verb,
    kind: ResourceId<ApiObject>,
    key: { namespace?: string | undefined; name?: string },
    subresource?: string,
  ): void {
    this.intercept({ verb, kind, namespace: key.namespace, name: key.name, subresource });
  }

  private selected(object: ApiObject, { namespace, labelSelector, fieldSelector }: ListOptions): boolean {
    if (namespace && object.metadata?.namespace !== namespace) return false;
    if (labelSelector && !matchesRequirements(parseLabelSelector(labelSelector), object.metadata?.labels)) return false;
    return !fieldSelector || matchesFields(parseFieldSelector(fieldSelector), (path) => fieldText(object, path));
  }

  private suffix(): string {
    this.names += 1;
    return this.names.toString(36).padStart(5, '0');
  }
}

function messageOf(resource: ResourceId<ApiObject>): string {
  if (isKind(resource)) return resource.message;
  throw new StatusError(415, 'UnsupportedMediaType', 'the body of the request was in an unknown format');
}
