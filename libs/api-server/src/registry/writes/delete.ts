import type { metav1 } from '@skiff/contracts';
import { CachedObject } from '../../cache/cached-object';
import { withResourceVersion } from '../../cache/record';
import { deleteOptions } from '../../admission/options';
import type { ApiObject } from '@skiff/apimachinery';
import { planDeletion } from '../deletion';
import { requirePreconditions } from '../preconditions';
import { attemptChange } from './attempts';
import { admissionRequest, encodeObject, type WriteContext, type WriteParts } from './write';

/** What became of an object that was to be deleted. */
export interface Deleted<T extends ApiObject> {
  readonly object: CachedObject<T>;
  /** False when it waits for finalizers or for its grace period. */
  readonly gone: boolean;
}

/** Deletes the objects of one resource. */
export class Deletion<T extends ApiObject> {
  constructor(private readonly options: WriteParts<T>) {}

  run(namespace: string, name: string, options: metav1.DeleteOptions, write: WriteContext): Promise<Deleted<T>> {
    const { definition, clock } = this.options;
    const { kind } = definition;
    return attemptChange(this.options, { namespace, name }, write, async (current, { isStored }) => {
      requirePreconditions(kind, current.object, options.preconditions);
      await this.admit(namespace, current.object, options, write);
      const plan = planDeletion(definition, current.object, options, clock);
      if (write.dryRun) return { object: current, gone: plan.action === 'remove' };
      if (plan.action === 'none') return (await isStored()) ? { object: current, gone: false } : undefined;
      return plan.action === 'remove' ? this.remove(current, plan.object as T) : this.mark(current, plan.object as T);
    });
  }

  private async admit(
    namespace: string,
    oldObject: T,
    options: metav1.DeleteOptions,
    write: WriteContext,
  ): Promise<void> {
    const { admission } = this.options;
    const place = { operation: 'DELETE', namespace, subresource: '', options: () => deleteOptions(options) } as const;
    const request = admissionRequest(this.options, { object: undefined, oldObject, ...place }, write);
    await admission.mutate(request);
    await admission.validate(request);
  }

  private async remove(current: CachedObject<T>, last: T): Promise<Deleted<T> | undefined> {
    const { definition, store, hooks } = this.options;
    const result = await store.delete(current.key, current.revision);
    if (!result.ok) return undefined;
    await hooks.afterDelete?.(current.object);
    const object = { ...last, metadata: withResourceVersion(last.metadata, result.revision) };
    return { object: new CachedObject(definition.kind, current.key, object, result.revision, undefined), gone: true };
  }

  private async mark(current: CachedObject<T>, marked: T): Promise<Deleted<T> | undefined> {
    const { store, cache } = this.options;
    const encoded = encodeObject(this.options, marked);
    const record = encoded instanceof Promise ? await encoded : encoded;
    const result = await store.update(current.key, record, current.revision);
    if (!result.ok) return undefined;
    const shared = cache.shareWritten(current.key, record, result.revision);
    return { object: shared instanceof Promise ? await shared : shared, gone: false };
  }
}
