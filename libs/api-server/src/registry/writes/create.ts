import type { Entry } from '@skiff/storage';
import { cloneJson, hasReason, type ApiObject, type StatusError } from '@skiff/apimachinery';
import { CachedObject } from '../../cache/cached-object';
import type { RecordCodec } from '../../cache/record';
import { writeOptions } from '../../admission/options';
import type { OperationOptions } from '../../admission/request';
import { alreadyExists, stillDeleted } from '../errors';
import { keepNew, prepareCreate } from '../metadata';
import { requireValid } from '../validate';
import {
  admissionRequest,
  noteManager,
  isLarge,
  pause,
  recordToStore,
  storageKey,
  strategyContext,
  undoing,
  type WriteContext,
  type WriteParts,
} from './write';

/** How often a generated name is tried again when it is taken. */
const nameAttempts = 8;

/** Creates the objects of one resource. */
export class Creation<T extends ApiObject> {
  private empty: T | undefined;

  constructor(private readonly options: WriteParts<T>) {}

  async run(object: T, namespace: string, write: WriteContext): Promise<CachedObject<T>> {
    const { definition, clock, random } = this.options;
    const generated = !object.metadata?.name && Boolean(object.metadata?.generateName);
    for (let attempt = 1; ; attempt += 1) {
      // Another attempt begins with the object as it came.
      const copy = generated ? cloneJson(object) : object;
      prepareCreate(definition, copy, namespace, clock, random);
      try {
        return await this.createNamed(copy, namespace, write);
      } catch (error) {
        if (!generated || attempt >= nameAttempts || !hasReason(error, 'AlreadyExists')) throw error;
      }
    }
  }

  private async createNamed(wanted: T, namespace: string, write: WriteContext): Promise<CachedObject<T>> {
    const { definition, admission, hooks, clock } = this.options;
    const { strategy } = definition;
    strategy.canonicalize?.(wanted);
    definition.defaults(wanted);
    this.forgetStatus(wanted);
    noteManager(this.options, this.emptyObject, wanted, '', write);
    if (isLarge(write.bodyBytes)) await pause();
    const options = (): OperationOptions => writeOptions('Create', write);
    const place = { operation: 'CREATE', namespace, subresource: '', options } as const;
    const request = admissionRequest(this.options, { object: wanted, ...place }, write);
    const object = await admission.mutate(request);
    // What webhooks and policies made of it they made of all of it.
    if (object !== wanted) {
      keepNew(object, wanted, namespace);
      this.forgetStatus(object);
    }
    strategy.prepareForCreate?.(object, strategyContext(write, clock));
    definition.defaults(object);
    const undo = await hooks.beforeCreate?.(object, write);
    return undoing(undo, async () => {
      requireValid(definition, object, write);
      if (isLarge(write.bodyBytes)) await pause();
      await admission.validate(request);
      if (!write.dryRun) return this.store(object, namespace);
      const tried = await this.tryOut(object, namespace);
      await undo?.();
      return tried;
    });
  }

  private async store(object: T, namespace: string): Promise<CachedObject<T>> {
    const { definition, store, cache } = this.options;
    const name = object.metadata?.name ?? '';
    const key = storageKey(definition, namespace, name);
    const encoded = recordToStore(this.options, object);
    const record = encoded instanceof Promise ? await encoded : encoded;
    const result = await store.create(key, record);
    if (!result.ok) throw await this.taken(key, name);
    return cache.shareWritten(key, record, result.revision);
  }

  private async tryOut(object: T, namespace: string): Promise<CachedObject<T>> {
    const { definition, store } = this.options;
    const name = object.metadata?.name ?? '';
    const key = storageKey(definition, namespace, name);
    const { entry } = await store.get(key);
    if (entry) throw await this.taken(key, name);
    return new CachedObject(definition.kind, key, object, 0n, undefined);
  }

  /** Why the name cannot be had, as the store has its holder now. */
  private async taken(key: string, name: string): Promise<StatusError> {
    const { definition, store, stored } = this.options;
    const { entry } = await store.get(key);
    return entry && isBeingDeleted(stored.records, entry)
      ? stillDeleted(definition.kind, name)
      : alreadyExists(definition.kind, name);
  }

  /** A new object has no status yet, but for those that bring their own. */
  private forgetStatus(object: T): void {
    const { hasStatus, strategy } = this.options.definition;
    if (!hasStatus || strategy.keepsStatusOnCreate) return;
    const { status: empty } = this.emptyObject as { status?: unknown };
    if (empty !== undefined) Object.assign(object, { status: cloneJson(empty) });
    else delete (object as { status?: unknown }).status;
  }

  /** What a creation is compared with: the kind with nothing but its zero values. */
  get emptyObject(): T {
    return (this.empty ??= this.options.definition.kind.codec.decode(new Uint8Array(0)));
  }
}

function isBeingDeleted(records: RecordCodec, entry: Entry): boolean {
  try {
    return records.decode(entry).object.metadata?.deletionTimestamp !== undefined;
  } catch {
    // Whatever it is that cannot be read, it has the name.
    return false;
  }
}
