import { CachedObject } from '../../cache/cached-object';
import { encodeRecord } from '../../cache/record';
import type { ApiObject } from '@skiff/apimachinery';
import { attemptChange } from './attempts';
import { currentTrace, type ResourceStoreOptions, type WriteContext } from './write';

/**
 * Stores what the server itself makes of an object: without defaults, owners of fields, admission
 * and validation, which are for what users say.
 */
export function writeDirectly<T extends ApiObject>(
  options: ResourceStoreOptions<T>,
  namespace: string,
  name: string,
  change: (current: T) => T,
  write: WriteContext,
): Promise<CachedObject<T>> {
  const { definition, store, cache } = options;
  return attemptChange(options, namespace, name, write, async (current) => {
    const object = change(current.object);
    if (write.dryRun) return new CachedObject(definition.kind, current.key, object, current.revision, undefined);
    const record = encodeRecord(definition.kind, object, currentTrace(object));
    const result = await store.update(current.key, record, current.revision);
    return result.ok ? cache.shareWritten(current.key, record, result.revision) : undefined;
  });
}
