import { context, trace as tracing } from '@opentelemetry/api';
import type { metav1 } from '@skiff/contracts';
import { applyDefaults } from '@skiff/api';
import { cloneJson, formatTime, hasReason, type Clock } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import type { UserInfo } from '../auth/user';
import { CachedObject, decodeRecord, encodeRecord, withResourceVersion } from '../cache/cached-object';
import type { Freshness } from '../cache/freshness';
import type { WatchCache } from '../cache/watch-cache';
import type { AdmissionChain, AdmissionRequest, Operation } from '../admission/admission';
import type { ApiObject } from '../pipeline/admission';
import type { Undo, WriteHooks } from '../pipeline/hooks';
import { planDeletion } from './deletion';
import { alreadyExists, notFound } from './errors';
import { manageUpdate } from '../managed-fields/managers';
import { countGeneration, prepareCreate, prepareUpdate } from './metadata';
import type { ResourceDefinition } from './resource-definition';
import { strategyOf } from './strategies';
import type { StrategyContext } from './strategies/strategy';
import { requireIdentity, requirePreconditions, type Preconditions } from './preconditions';
import type { Validator } from './validator';

/** Who writes, and how. */
export interface WriteContext {
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** Who owns in managedFields what is written; `unknown` when it says nothing. */
  readonly fieldManager?: string;
  warn(text: string): void;
}

export interface UpdateRequest<T extends ApiObject> {
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  readonly preconditions?: Preconditions;
  /** Gives the object as it shall be; called again with a newer one when somebody else was faster. */
  change(current: T): T | Promise<T>;
}

export interface ResourceStoreOptions<T extends ApiObject> {
  readonly definition: ResourceDefinition<T>;
  readonly store: Store;
  readonly cache: WatchCache<T>;
  readonly freshness: Freshness;
  readonly admission: AdmissionChain;
  readonly validator: Validator;
  readonly hooks: WriteHooks<T>;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
}

/** How often a generated name is tried again when it is taken. */
const nameAttempts = 8;

/** Reads and writes the objects of one resource. */
export class ResourceStore<T extends ApiObject = ApiObject> {
  readonly definition: ResourceDefinition<T>;
  private empty: T | undefined;

  constructor(private readonly options: ResourceStoreOptions<T>) {
    this.definition = options.definition;
  }

  get cache(): WatchCache<T> {
    return this.options.cache;
  }

  key(namespace: string, name: string): string {
    const { storagePrefix, kind } = this.definition;
    return kind.namespaced ? `${storagePrefix}${namespace}/${name}` : `${storagePrefix}${name}`;
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

  async create(object: T, namespace: string, write: WriteContext): Promise<CachedObject<T>> {
    const { clock, random } = this.options;
    const generated = !object.metadata?.name && Boolean(object.metadata?.generateName);
    for (let attempt = 1; ; attempt += 1) {
      // Another attempt begins with the object as it came.
      const copy = generated ? cloneJson(object) : object;
      prepareCreate(this.definition, copy, namespace, clock, random);
      try {
        return await this.createNamed(copy, namespace, write);
      } catch (error) {
        if (!generated || attempt >= nameAttempts || !hasReason(error, 'AlreadyExists')) throw error;
      }
    }
  }

  private async createNamed(object: T, namespace: string, write: WriteContext): Promise<CachedObject<T>> {
    const { admission, validator, hooks, store } = this.options;
    const { kind } = this.definition;
    const strategy = strategyOf(kind);
    strategy.canonicalize?.(object);
    applyDefaults(kind, object);
    this.forgetStatus(object);
    this.manage(object, this.emptyObject, '', write);
    const attributes = this.attributes('CREATE', '', namespace, object, undefined, write);
    await admission.mutate(attributes);
    strategy.prepareCreate?.(object, this.context(write));
    applyDefaults(kind, object);
    const undo = await hooks.beforeCreate?.(object, write);
    return this.undoing(undo, async () => {
      validator.validateCreate(this.definition.kind, object, write);
      await admission.validate(attributes);
      const name = object.metadata?.name ?? '';
      const key = this.key(namespace, name);
      if (write.dryRun) {
        const { entry } = await store.get(key);
        if (entry) throw alreadyExists(this.definition.kind, name);
        await undo?.();
        return new CachedObject(this.definition.kind, key, object, 0n, undefined);
      }
      const trace = currentTrace(object);
      const record = encodeRecord(this.definition.kind, object, trace);
      const result = await store.create(key, record);
      if (!result.ok) throw alreadyExists(this.definition.kind, name);
      return this.cache.shareWritten(key, record, result.revision);
    });
  }

  async update(request: UpdateRequest<T>, write: WriteContext): Promise<CachedObject<T>> {
    const key = this.key(request.namespace, request.name);
    return this.changing(key, request.name, write, async (current, certain) => {
      requirePreconditions(this.definition.kind, current.object, request.preconditions);
      return this.tryUpdate(current, certain, request, write);
    });
  }

  /**
   * Attempts a change until it succeeds: first on what the cache shows, which spares a read of the
   * store, then on what is stored. An attempt on the cache's version that fails decides nothing.
   */
  private async changing<R>(
    key: string,
    name: string,
    write: WriteContext,
    attempt: (current: CachedObject<T>, certain: boolean) => Promise<R | undefined>,
  ): Promise<R> {
    const cached = write.dryRun ? undefined : this.cache.get(key);
    if (cached) {
      const done = await attempt(cached, false).catch(() => undefined);
      if (done !== undefined) return done;
    }
    for (;;) {
      const { entry } = await this.options.store.get(key);
      if (!entry) throw notFound(this.definition.kind, name);
      const done = await attempt(decodeRecord(this.definition.kind, key, entry.value, entry.revision), true);
      if (done !== undefined) return done;
    }
  }

  /** One attempt; undefined when somebody else was faster, or when nothing changes in a version that may be old. */
  private async tryUpdate(
    current: CachedObject<T>,
    certain: boolean,
    request: UpdateRequest<T>,
    write: WriteContext,
  ): Promise<CachedObject<T> | undefined> {
    const { admission, validator, hooks, store } = this.options;
    const { kind } = this.definition;
    const wanted = await request.change(cloneJson(current.object));
    requireIdentity(kind, current, wanted);
    const object = prepareUpdate(this.definition, wanted, current.object, request.subresource) as T;
    const strategy = strategyOf(kind);
    strategy.canonicalize?.(object);
    applyDefaults(kind, object);
    this.manage(object, current.object, request.subresource, write);
    const attributes = this.attributes('UPDATE', request.subresource, request.namespace, object, current.object, write);
    await admission.mutate(attributes);
    strategy.prepareUpdate?.(object, current.object, request.subresource, this.context(write));
    applyDefaults(kind, object);
    countGeneration(this.definition, object, current.object);
    const undo = await hooks.beforeUpdate?.(object, current.object, write);
    return this.undoing(undo, async () => {
      validator.validateUpdate(kind, object, current.object, request.subresource, write);
      await admission.validate(attributes);
      if (write.dryRun) {
        await undo?.();
        return new CachedObject(
          kind,
          current.key,
          { ...object, metadata: withResourceVersion(object.metadata, current.revision) },
          current.revision,
          undefined,
        );
      }
      if (isFinished(object)) return this.finish(object, current);
      const unchanged = { ...object, metadata: withResourceVersion(object.metadata, current.revision) };
      if (sameBytes(kind.codec.encode(unchanged).finish(), current.protobuf)) {
        if (certain) return current;
        await undo?.();
        return undefined;
      }
      const trace = currentTrace(object);
      const record = encodeRecord(kind, object, trace);
      const result = await store.update(current.key, record, current.revision);
      if (!result.ok) {
        await undo?.();
        return undefined;
      }
      await hooks.afterUpdate?.(object, current.object);
      return this.cache.shareWritten(current.key, record, result.revision);
    });
  }

  /** The last finalizer of a deleted object is gone: so is the object. */
  private async finish(object: T, current: CachedObject<T>): Promise<CachedObject<T> | undefined> {
    const result = await this.options.store.delete(current.key, current.revision);
    if (!result.ok) return undefined;
    await this.options.hooks.afterDelete?.(object);
    return this.written(current.key, object, result.revision, undefined);
  }

  /** Deletes an object, or marks it to be deleted; `gone` tells which. */
  async delete(
    namespace: string,
    name: string,
    options: metav1.DeleteOptions,
    write: WriteContext,
  ): Promise<{ object: CachedObject<T>; gone: boolean }> {
    const { store, admission, hooks, clock } = this.options;
    const { kind } = this.definition;
    const key = this.key(namespace, name);
    return this.changing(key, name, write, async (current, certain) => {
      requirePreconditions(kind, current.object, options.preconditions);
      await admission.validate(this.attributes('DELETE', '', namespace, undefined, current.object, write));
      const plan = planDeletion(kind, current.object, options, clock);
      if (write.dryRun) return { object: current, gone: plan.action === 'remove' };
      if (plan.action === 'none') return certain ? { object: current, gone: false } : undefined;
      if (plan.action === 'remove') {
        const result = await store.delete(key, current.revision);
        if (!result.ok) return undefined;
        await hooks.afterDelete?.(current.object);
        return { object: this.written(key, plan.object as T, result.revision, undefined), gone: true };
      }
      const trace = currentTrace(plan.object);
      const record = encodeRecord(kind, plan.object as T, trace);
      const result = await store.update(key, record, current.revision);
      return result.ok ? { object: this.cache.shareWritten(key, record, result.revision), gone: false } : undefined;
    });
  }

  private written(key: string, object: T, revision: bigint, trace: CachedObject['trace']): CachedObject<T> {
    return new CachedObject(
      this.definition.kind,
      key,
      { ...object, metadata: withResourceVersion(object.metadata, revision) },
      revision,
      trace,
    );
  }

  /** A new object has no status yet; a node brings its own, and a namespace is active at once. */
  private forgetStatus(object: T): void {
    const { status, kind } = this.definition;
    if (!status || kind.plural === 'nodes' || kind.plural === 'namespaces') return;
    const { status: empty } = this.emptyObject as { status?: unknown };
    if (empty !== undefined) Object.assign(object, { status: cloneJson(empty) });
    else delete (object as { status?: unknown }).status;
  }

  /** Notes who owns the fields that this write changes, before admission adds its own. */
  private manage(object: T, before: T, subresource: string, { fieldManager = '' }: WriteContext): void {
    const time = formatTime(this.options.clock.now());
    const managedFields = manageUpdate(this.definition.kind, before, object, { name: fieldManager, subresource, time });
    object.metadata = { ...object.metadata, ...(managedFields ? { managedFields } : {}) };
    if (!managedFields) delete object.metadata.managedFields;
  }

  /** What a creation is compared with: the kind with nothing but its zero values. */
  private get emptyObject(): T {
    return (this.empty ??= this.definition.kind.codec.decode(new Uint8Array(0)));
  }

  private context({ user }: WriteContext): StrategyContext {
    return { user, now: formatTime(this.options.clock.now()) };
  }

  private attributes(
    operation: Operation,
    subresource: string,
    namespace: string,
    object: T | undefined,
    oldObject: T | undefined,
    write: WriteContext,
  ): AdmissionRequest {
    const { kind } = this.definition;
    return {
      operation,
      group: kind.group,
      resource: kind.plural,
      subresource,
      namespace,
      name: (object ?? oldObject)?.metadata?.name ?? '',
      ...(object ? { object } : {}),
      ...(oldObject ? { oldObject } : {}),
      user: write.user,
      dryRun: write.dryRun,
      warn: write.warn,
    };
  }

  private async undoing<R>(undo: Undo | undefined, run: () => Promise<R>): Promise<R> {
    try {
      return await run();
    } catch (error) {
      await undo?.();
      throw error;
    }
  }
}

function isFinished(object: ApiObject): boolean {
  const { deletionTimestamp, finalizers, deletionGracePeriodSeconds } = object.metadata ?? {};
  if (!deletionTimestamp || finalizers?.length) return false;
  // A pod still has its grace period; a namespace its own finalizers.
  if (deletionGracePeriodSeconds) return false;
  const { finalizers: own } =
    ('spec' in object && object.kind === 'Namespace'
      ? (object.spec as { finalizers?: string[] } | undefined)
      : undefined) ?? {};
  return !own?.length;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The span that a write belongs to: the caller's, or the one that an annotation of the object names. */
function currentTrace(object: ApiObject): CachedObject['trace'] {
  const span = tracing.getSpanContext(context.active());
  if (span)
    return {
      traceparent: `00-${span.traceId}-${span.spanId}-0${span.traceFlags & 1}`,
      tracestate: span.traceState?.serialize() ?? '',
    };
  const annotated = object.metadata?.annotations?.['tracing.k8s.io/traceparent'];
  return annotated ? { traceparent: annotated, tracestate: '' } : undefined;
}
