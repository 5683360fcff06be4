import {
  cloneJson,
  readerOf,
  settleTimes,
  type ApiObject,
  type Resource,
  type ViewSubresource,
} from '@skiff/apimachinery';
import { CachedObject } from '../../cache/cached-object';
import { withResourceVersion } from '../../cache/record';
import { writeOptions } from '../../admission/options';
import type { OperationOptions } from '../../admission/request';
import type { Undo } from './hooks';
import { countGeneration, keepChanged, prepareUpdate, writtenThrough } from '../metadata';
import { requireIdentity, requirePreconditions, type Preconditions } from '../preconditions';
import { requireValidUpdate } from '../validate';
import { attemptChange, type Source } from './attempts';
import {
  admissionRequest,
  changesElsewhere,
  isManagedElsewhere,
  noteManager,
  isLarge,
  pause,
  recordToStore,
  strategyContext,
  undoing,
  type WriteContext,
  type WriteParts,
} from './write';

export interface UpdateRequest<T extends ApiObject> {
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  readonly preconditions?: Preconditions;
  /** The writer sends a whole object, whose uid is the one that is meant. */
  readonly identified?: boolean;
  /** Leaves what it is given as it is, so that nobody has to copy it. */
  readonly keepsCurrent?: boolean;
  /** What is written is a view of the object, which admission is shown in its place. */
  readonly view?: Pick<ViewSubresource<ApiObject>, 'read' | 'write'> | undefined;
  /** Gives the object as it shall be; called again with a newer one when somebody else was faster. */
  change(current: T): T | Promise<T>;
  /** Where there is no such object: makes one, or gives undefined when there is one after all. Default: NotFound. */
  absent?(): Promise<CachedObject<T> | undefined>;
}

/** Updates the objects of one resource. */
export class Update<T extends ApiObject> {
  constructor(private readonly options: WriteParts<T>) {}

  run(request: UpdateRequest<T>, write: WriteContext): Promise<CachedObject<T>> {
    const { kind } = this.options.definition;
    return attemptChange(this.options, request, write, async (current, source) => {
      requirePreconditions(kind, current.object, request.preconditions);
      return this.attempt(current, source, request, write);
    });
  }

  private async attempt(
    current: CachedObject<T>,
    source: Source,
    request: UpdateRequest<T>,
    write: WriteContext,
  ): Promise<CachedObject<T> | undefined> {
    const { definition, admission, hooks, clock } = this.options;
    const { kind, strategy } = definition;
    const { subresource, view } = request;
    // Who reads by himself has filled in what was sent. A subresource leaves alone what may come from another version.
    const fillsIn = subresource === '' || !readerOf(kind);
    const bytes = Math.max(write.bodyBytes ?? 0, current.protobuf.length);
    const wanted = await request.change(request.keepsCurrent ? current.object : cloneJson(current.object));
    if (isLarge(bytes)) await pause();
    const { requiresVersion } = strategy;
    requireIdentity(kind, current, wanted, { identified: request.identified, requiresVersion });
    const written = writtenThrough(definition, subresource);
    const prepared = prepareUpdate(definition, wanted, current.object, written, strategy.keptByStatus) as T;
    strategy.canonicalize?.(prepared);
    if (fillsIn) definition.defaults(prepared);
    const elsewhere = isManagedElsewhere(current.object, kind)
      ? await changesElsewhere(this.options, current.object, prepared)
      : undefined;
    noteManager(this.options, current.object, prepared, subresource, { ...write, bodyBytes: bytes, elsewhere });
    if (isLarge(bytes)) await pause();
    const options = (): OperationOptions => writeOptions('Update', write);
    const place = { operation: 'UPDATE', namespace: request.namespace, subresource, options } as const;
    const shown = (one: T): ApiObject => view?.read(one) ?? one;
    const objects = { object: shown(prepared), oldObject: shown(current.object), ...place };
    const admitted = admissionRequest(this.options, objects, write);
    const mutated = await admission.mutate(admitted);
    const object = this.admitted(mutated, prepared, current.object, request);
    strategy.prepareForUpdate?.(object, current.object, subresource, strategyContext(write, clock));
    if (fillsIn) definition.defaults(object);
    countGeneration(definition, object, current.object, written === 'status' ? undefined : strategy.countsGeneration);
    if (write.managed) object.metadata = settled(object, current.object);
    const undo = await hooks.beforeUpdate?.(object, current.object, write);
    return undoing(undo, async () => {
      requireValidUpdate(definition, object, current.object, subresource, write);
      if (isLarge(bytes)) await pause();
      if (view) admitted.object = view.read(object);
      await admission.validate(admitted);
      if (!write.dryRun)
        return isFinished(definition, object)
          ? this.finish(object, current)
          : this.store(object, current, source, undo);
      await undo?.();
      const unstored = { ...object, metadata: withResourceVersion(object.metadata, current.revision) };
      return new CachedObject(kind, current.key, unstored, current.revision, undefined);
    });
  }

  /** The object as admission leaves it, of what it may change. */
  private admitted(mutated: ApiObject, prepared: T, old: T, { view, subresource }: UpdateRequest<T>): T {
    if (view) return view.write(prepared, mutated) as T;
    if (mutated === prepared) return prepared;
    const { definition } = this.options;
    const { strategy } = definition;
    return keepChanged(definition, mutated, old, writtenThrough(definition, subresource), strategy.keptByStatus) as T;
  }

  /** Undefined when somebody else was faster, or when nothing changes in a version that is old. */
  private async store(
    object: T,
    current: CachedObject<T>,
    { stale, isStored }: Source,
    undo: Undo | undefined,
  ): Promise<CachedObject<T> | undefined> {
    const { definition, store, cache, hooks } = this.options;
    const { kind } = definition;
    const unchanged = { ...object, metadata: withResourceVersion(object.metadata, current.revision) };
    if (!stale && Buffer.compare(kind.codec.encode(unchanged).finish(), current.protobuf) === 0) {
      if (await isStored()) return current;
      await undo?.();
      return undefined;
    }
    const encoded = recordToStore(this.options, object);
    const record = encoded instanceof Promise ? await encoded : encoded;
    const result = await store.update(current.key, record, current.revision);
    if (!result.ok) {
      await undo?.();
      return undefined;
    }
    await hooks.afterUpdate?.(object, current.object);
    return cache.shareWritten(current.key, record, result.revision);
  }

  /** The last finalizer of a deleted object is gone: so is the object. */
  private async finish(object: T, current: CachedObject<T>): Promise<CachedObject<T> | undefined> {
    const { definition, store, hooks } = this.options;
    const result = await store.delete(current.key, current.revision);
    if (!result.ok) return undefined;
    await hooks.afterDelete?.(object);
    const last = { ...object, metadata: withResourceVersion(object.metadata, result.revision) };
    return new CachedObject(definition.kind, current.key, last, result.revision, undefined);
  }
}

/** The metadata of what was applied: who applies without a change has not applied. */
function settled<T extends ApiObject>(object: T, before: T): T['metadata'] {
  const managedFields = settleTimes(object, before);
  return managedFields ? { ...object.metadata, managedFields } : object.metadata;
}

/** Whether nothing holds a deleted object any longer. */
function isFinished<T extends ApiObject>({ strategy }: Resource<T>, object: T): boolean {
  const { deletionTimestamp, finalizers, deletionGracePeriodSeconds } = object.metadata ?? {};
  if (!deletionTimestamp || finalizers?.length || deletionGracePeriodSeconds) return false;
  return !strategy.holdsDeletion?.(object);
}
