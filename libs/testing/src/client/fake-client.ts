import {
  applyDefaults,
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  fieldText,
  matchesFields,
  matchesRequirements,
  parseFieldSelector,
  parseLabelSelector,
  type Json,
  type JsonObject,
} from '@skiff/api';
import {
  keyOf,
  type ApiObject,
  type CallOptions,
  type Client,
  type ListOptions,
  type ListResult,
  type ObjectKey,
  type PatchType,
  type WatchEvent,
  type WriteOptions,
} from '@skiff/client';
import { apiVersionOf, Kinds, type corev1, type Kind, type metav1 } from '@skiff/contracts';
import {
  alreadyExists,
  conflict,
  formatTime,
  invalid,
  notFound,
  StatusError,
  traceContextOf,
  type Clock,
} from '@skiff/platform';
import {
  boundTo,
  checkPreconditions,
  finalizersFor,
  graceOf,
  holders,
  mergeUpdate,
  parts,
  prepareForCreate,
  resourceOf,
} from './rules';
import { WatchLog } from './watch-log';

export type Verb = 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete';

/** A call that a test may look at, count, or fail by throwing. */
export interface FakeCall {
  readonly verb: Verb;
  readonly kind: Kind<ApiObject>;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

interface Table {
  readonly objects: Map<string, ApiObject>;
  readonly log: WatchLog;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

const keyFrom = ({ namespace, name }: ObjectKey): string => (namespace ? `${namespace}/${name}` : name);

/**
 * An API server in memory, as far as controllers can tell: versions and conflicts,
 * generations, status apart from spec, finalizers, graceful deletion of pods, upstream's
 * defaults, patches, selectors and watches. It neither validates nor authorizes.
 */
export class FakeClient implements Client {
  /** Called before each call; throws to fail it. */
  intercept: (call: FakeCall) => void = () => undefined;
  private readonly tables = new Map<string, Table>();
  private revision = 0;
  private uids = 0;
  private names = 0;

  constructor(private readonly clock: Clock) {}

  /** Grows with every write. */
  get version(): number {
    return this.revision;
  }

  /** The objects of a kind now, by "namespace/name", without a call. */
  peek<T extends ApiObject>(kind: Kind<T>, key: string): T | undefined {
    return this.table(kind).objects.get(key) as T | undefined;
  }

  /** All objects of a kind, without a call. */
  peekAll<T extends ApiObject>(kind: Kind<T>): T[] {
    return [...this.table(kind).objects.values()] as T[];
  }

  async get<T extends ApiObject>(kind: Kind<T>, key: ObjectKey, _options?: CallOptions): Promise<T> {
    this.called('get', kind, key);
    return this.existing(kind, key) as T;
  }

  async list<T extends ApiObject>(kind: Kind<T>, options: ListOptions = {}): Promise<ListResult<T>> {
    this.called('list', kind, { namespace: options.namespace });
    const items = [...this.table(kind).objects.values()].filter((object) => this.selected(object, options));
    return { items: items as T[], metadata: { resourceVersion: String(this.revision) } };
  }

  async *watch<T extends ApiObject>(kind: Kind<T>, options: ListOptions = {}): AsyncIterable<WatchEvent<T>> {
    const changes = this.table(kind).log.after(Number(options.resourceVersion ?? this.revision), options.signal);
    for await (const change of changes) {
      if (change.type === 'BOOKMARK' || this.selected(change.object, options)) yield change as WatchEvent<T>;
    }
  }

  async create<T extends ApiObject, R extends ApiObject = T>(
    kind: Kind<T>,
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
      this.remove(Kinds.Pod, this.existing(Kinds.Pod, { namespace, name }), {});
      return object as ApiObject as R;
    }
    const key = keyFrom({ namespace, name });
    if (this.table(kind).objects.has(key)) throw alreadyExists(resourceOf(kind), name);
    const created = structuredClone({
      ...object,
      metadata: {
        ...object.metadata,
        name,
        uid: this.uid(),
        creationTimestamp: formatTime(this.clock.now()),
        generation: 1,
      },
    });
    prepareForCreate(kind, parts(created));
    return this.store(kind, created, 'ADDED') as ApiObject as R;
  }

  async update<T extends ApiObject>(kind: Kind<T>, object: T, options: WriteOptions = {}): Promise<T> {
    const { namespace, name = '', uid, resourceVersion } = object.metadata ?? {};
    this.called('update', kind, { namespace, name }, options.subresource);
    const old = this.existing(kind, { namespace, name });
    if (uid !== undefined && uid !== old.metadata?.uid)
      throw conflict(resourceOf(kind), name, 'the UID does not match');
    if (resourceVersion && resourceVersion !== old.metadata?.resourceVersion) {
      throw conflict(resourceOf(kind), name);
    }
    return this.replace(kind, old, object, options.subresource) as T;
  }

  async patch<T extends ApiObject>(
    kind: Kind<T>,
    key: ObjectKey,
    type: PatchType,
    patch: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    this.called('patch', kind, key, options.subresource);
    const old = this.existing(kind, key);
    const target = structuredClone(old) as JsonObject;
    const body = structuredClone(patch) as Json;
    const result =
      type === 'json'
        ? applyJsonPatch(target, body)
        : type === 'merge'
          ? applyMergePatch(target, body)
          : applyStrategicMergePatch(target, body as JsonObject, kind.message);
    const patched = result as ApiObject;
    if (patched.metadata?.uid !== old.metadata?.uid)
      throw conflict(resourceOf(kind), key.name, 'the UID does not match');
    if (patched.metadata?.resourceVersion !== old.metadata?.resourceVersion) {
      throw conflict(resourceOf(kind), key.name);
    }
    return this.replace(kind, old, patched, options.subresource) as T;
  }

  async delete<T extends ApiObject>(
    kind: Kind<T>,
    key: ObjectKey,
    deleteOptions: metav1.DeleteOptions = {},
  ): Promise<void> {
    this.called('delete', kind, key);
    this.remove(kind, this.existing(kind, key), deleteOptions);
  }

  async deleteCollection<T extends ApiObject>(
    kind: Kind<T>,
    list: ListOptions,
    deleteOptions: metav1.DeleteOptions = {},
  ): Promise<void> {
    this.called('delete', kind, { namespace: list.namespace });
    for (const object of [...this.table(kind).objects.values()]) {
      if (this.selected(object, list)) this.remove(kind, object, deleteOptions);
    }
  }

  async bindPods(bindings: corev1.Binding[]): Promise<metav1.Status[]> {
    return bindings.map(({ metadata, target }) => {
      try {
        const old = this.existing(Kinds.Pod, { namespace: metadata?.namespace, name: metadata?.name ?? '' });
        this.replace(Kinds.Pod, old, boundTo(old, target?.name ?? '', formatTime(this.clock.now())), 'binding');
        return { status: 'Success', code: 201 };
      } catch (error) {
        return StatusError.from(error).toStatus();
      }
    });
  }

  /** Forgets the history of a kind: a watch from an older version than now is refused with Expired. */
  compact(kind: Kind<ApiObject>): void {
    this.table(kind).log.compact(this.revision);
  }

  /** Ends the watches of a kind that are under way, as a lost connection does; with an error if one is given. */
  breakWatches(kind: Kind<ApiObject>, error?: Error): void {
    this.table(kind).log.interrupt(error);
  }

  /** Sends every watch of a kind a bookmark. */
  bookmark(kind: Kind<ApiObject>): void {
    this.table(kind).log.bookmark(String(this.revision));
  }

  private called(
    verb: Verb,
    kind: Kind<ApiObject>,
    key: { namespace?: string | undefined; name?: string },
    subresource?: string,
  ): void {
    this.intercept({ verb, kind, namespace: key.namespace, name: key.name, subresource });
  }

  private table(kind: Kind<ApiObject>): Table {
    let table = this.tables.get(kind.message);
    if (!table) this.tables.set(kind.message, (table = { objects: new Map(), log: new WatchLog() }));
    return table;
  }

  private existing(kind: Kind<ApiObject>, key: ObjectKey): ApiObject {
    const object = this.table(kind).objects.get(keyFrom(key));
    if (!object) throw notFound(resourceOf(kind), key.name);
    return object;
  }

  private selected(object: ApiObject, { namespace, labelSelector, fieldSelector }: ListOptions): boolean {
    if (namespace && object.metadata?.namespace !== namespace) return false;
    if (labelSelector && !matchesRequirements(parseLabelSelector(labelSelector), object.metadata?.labels)) return false;
    return !fieldSelector || matchesFields(parseFieldSelector(fieldSelector), (path) => fieldText(object, path));
  }

  private replace(
    kind: Kind<ApiObject>,
    old: ApiObject,
    update: ApiObject,
    subresource: string | undefined,
  ): ApiObject {
    const merged = structuredClone(mergeUpdate(subresource, parts(old), parts(update)));
    const {
      uid,
      creationTimestamp,
      deletionTimestamp,
      deletionGracePeriodSeconds,
      generation = 1,
    } = old.metadata ?? {};
    const changed = JSON.stringify(parts(merged).spec) !== JSON.stringify(parts(old).spec);
    merged.metadata = {
      ...merged.metadata,
      uid,
      creationTimestamp,
      deletionTimestamp,
      deletionGracePeriodSeconds,
      generation: changed ? generation + 1 : generation,
    };
    if (deletionTimestamp !== undefined && !deletionGracePeriodSeconds && holders(kind, merged).length === 0) {
      return this.store(kind, merged, 'DELETED');
    }
    return this.store(kind, merged, 'MODIFIED');
  }

  private remove(kind: Kind<ApiObject>, object: ApiObject, options: metav1.DeleteOptions): void {
    checkPreconditions(kind, object, options.preconditions);
    const grace = graceOf(kind, parts(object), options.gracePeriodSeconds);
    const finalizers = finalizersFor(options.propagationPolicy, object.metadata?.finalizers ?? []);
    const doomed = structuredClone(parts(object));
    doomed.metadata = {
      ...doomed.metadata,
      finalizers,
      deletionTimestamp: object.metadata?.deletionTimestamp ?? formatTime(this.clock.now() + grace * 1000),
      deletionGracePeriodSeconds: grace,
    };
    if (kind === Kinds.Namespace) doomed.status = { ...doomed.status, phase: 'Terminating' };
    this.store(kind, doomed, grace > 0 || holders(kind, doomed).length > 0 ? 'MODIFIED' : 'DELETED');
  }

  /** Files an object in canonical form. A write that changes nothing makes no new version. */
  private store(kind: Kind<ApiObject>, object: ApiObject, type: 'ADDED' | 'MODIFIED' | 'DELETED'): ApiObject {
    const { objects, log } = this.table(kind);
    applyDefaults(kind, object);
    const old = objects.get(keyOf(object));
    const canonical = (resourceVersion: string | undefined): ApiObject => ({
      ...kind.codec.decode(
        kind.codec.encode({ ...object, metadata: { ...object.metadata, resourceVersion } }).finish(),
      ),
      kind: kind.kind,
      apiVersion: apiVersionOf(kind),
    });
    if (type === 'MODIFIED' && old && JSON.stringify(canonical(old.metadata?.resourceVersion)) === JSON.stringify(old))
      return old;
    const resourceVersion = String((this.revision += 1));
    const stored = deepFreeze(canonical(resourceVersion));
    if (type === 'DELETED') objects.delete(keyOf(stored));
    else objects.set(keyOf(stored), stored);
    const trace = traceContextOf();
    log.append({ type, object: stored, resourceVersion, ...(trace && { trace }) });
    return stored;
  }

  private uid(): string {
    this.uids += 1;
    return `00000000-0000-4000-8000-${String(this.uids).padStart(12, '0')}`;
  }

  private suffix(): string {
    this.names += 1;
    return this.names.toString(36).padStart(5, '0');
  }
}
