import { applyDefaults } from '@skiff/resources';
import { alreadyExists, notFound, type ApiObject } from '@skiff/apimachinery';
import { keyOf, type ObjectKey } from '@skiff/client';
import { apiVersionOf, Kinds, resourceKey, type metav1, type ResourceId } from '@skiff/contracts';
import { formatTime, traceContextOf, type Clock } from '@skiff/platform';
import {
  checkPreconditions,
  finalizersFor,
  graceOf,
  holders,
  isKind,
  mergeUpdate,
  parts,
  prepareForCreate,
  resourceOf,
} from './rules';
import { WatchLog } from './watch-log';

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

/** What an API server in memory has: the objects of each kind, with upstream's rules for their changes. */
export class FakeStore {
  private readonly tables = new Map<string, Table>();
  private revision = 0;
  private uids = 0;

  constructor(private readonly clock: Clock) {}

  /** Grows with every write. */
  get version(): number {
    return this.revision;
  }

  table(kind: ResourceId<ApiObject>): Table {
    const name = `${resourceKey(kind)} ${kind.kind}`;
    let table = this.tables.get(name);
    if (!table) this.tables.set(name, (table = { objects: new Map(), log: new WatchLog() }));
    return table;
  }

  /** Throws NotFound. */
  existing(kind: ResourceId<ApiObject>, key: ObjectKey): ApiObject {
    const object = this.table(kind).objects.get(keyFrom(key));
    if (!object) throw notFound(resourceOf(kind), key.name);
    return object;
  }

  /** Files a new object under its name; throws AlreadyExists. */
  create(kind: ResourceId<ApiObject>, object: ApiObject, key: ObjectKey): ApiObject {
    if (this.table(kind).objects.has(keyFrom(key))) throw alreadyExists(resourceOf(kind), key.name);
    const created = structuredClone({
      ...object,
      metadata: {
        ...object.metadata,
        name: key.name,
        uid: this.uid(),
        creationTimestamp: formatTime(this.clock.now()),
        generation: 1,
      },
    });
    prepareForCreate(kind, parts(created));
    return this.store(kind, created, 'ADDED');
  }

  /** Takes over of an update what may change through the subresource, or through the object itself. */
  replace(kind: ResourceId<ApiObject>, old: ApiObject, update: ApiObject, subresource: string | undefined): ApiObject {
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

  /** Deletes, or marks what something still holds. */
  remove(kind: ResourceId<ApiObject>, object: ApiObject, options: metav1.DeleteOptions): void {
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
  private store(kind: ResourceId<ApiObject>, object: ApiObject, type: 'ADDED' | 'MODIFIED' | 'DELETED'): ApiObject {
    const { objects, log } = this.table(kind);
    if (isKind(kind)) applyDefaults(kind, object);
    const old = objects.get(keyOf(object));
    const canonical = (resourceVersion: string | undefined): ApiObject => {
      const versioned = { ...object, metadata: { ...object.metadata, resourceVersion } };
      const own = isKind(kind) ? kind.codec.decode(kind.codec.encode(versioned).finish()) : structuredClone(versioned);
      return { ...own, kind: kind.kind, apiVersion: apiVersionOf(kind) };
    };
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
}
